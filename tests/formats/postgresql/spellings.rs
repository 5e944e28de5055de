//! Every setting's values, in every spelling, right and wrong.
#![allow(
    clippy::float_arithmetic,
    reason = "what is generated is text, and of any value"
)]

use proptest::prelude::*;
use proptest::sample::select;

/// Those that a reload changes; not those that would hold up or end the session
/// that asks, fill the log, or that psql sets itself. Of text there is one.
pub(super) const SETTINGS: &str = "select lower(name), vartype, coalesce(unit, ''), min_val, max_val, \
    replace(array_to_string(enumvals, ','), ' ', '_') from pg_settings \
    where context not in ('internal', 'postmaster') and source <> 'client' \
    and (vartype <> 'string' or name in ('search_path', 'restore_command', 'log_line_prefix')) \
    and name !~ '^(debug|trace|transaction|session|jit|idle)_|_(stats|timeout|duration)$|^pre_|^post_' \
    and name !~ '^db_user|^temp_file|^log_(min|error|stat)|force_parallel|exit_on|stack|ignore|default_tra|client_min|tcp_' \
    order by 1";

/// What most settings do not take, or otherwise than it looks.
const ODD: &[&str] = &[
    "",
    "o",
    "2",
    "onn",
    " on",
    "1.5",
    "0x1F",
    "0x1.8",
    "1e1",
    "-1",
    "1 kB",
    "1Kb",
    "ms",
    "0x",
    "08",
    "1..2",
    "1e",
    "nan",
    "inf",
    "1e400",
    "99999999999999999999",
    "''",
    ".",
    "+1",
    "- 1",
    "1 m s",
    "\t1\u{b}kB\n",
];

pub(super) struct Setting {
    pub(super) name: String,
    pub(super) kind: String,
    unit: String,
    pub(super) least: f64,
    pub(super) most: f64,
    words: Vec<String>,
}

impl Setting {
    pub(super) fn of(row: &[String]) -> Self {
        Self {
            name: row[0].clone(),
            kind: row[1].clone(),
            unit: row[2].clone(),
            least: row[3].parse().unwrap_or(0.0),
            most: row[4].parse().unwrap_or(0.0),
            words: row[5]
                .split(',')
                .map(|word| word.replace('_', " "))
                .collect(),
        }
    }

    /// Spellings of values, most of them right.
    pub(super) fn spellings(&self) -> BoxedStrategy<String> {
        let odd = select(ODD).prop_map(str::to_owned);
        let right = match self.kind.as_str() {
            "bool" => cased(&[
                "on", "off", "of", "t", "tru", "true", "f", "fals", "y", "ye", "n", "no", "1", "0",
            ]),
            "enum" => {
                let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
                words.extend(["true", "no", "1", "off", "debug"]);
                cased(&words)
            }
            "string" => "[ -~]{0,8}".boxed(),
            "real" => self.reals(),
            _ => self.numbers(),
        };
        prop_oneof![9 => right, 1 => odd].boxed()
    }

    /// In any unit, with a fraction or none, hexadecimal, octal.
    fn numbers(&self) -> BoxedStrategy<String> {
        let units: &[(&str, f64)] = match self.unit.as_str() {
            "" => &[("", 1.0)],
            "ms" | "s" | "min" => &[
                ("us", 1e-6),
                ("ms", 1e-3),
                ("s", 1.0),
                ("min", 60.0),
                ("h", 3600.0),
                ("d", 86400.0),
            ],
            _ => &[
                ("B", 1.0),
                ("kB", 1024.0),
                ("MB", 1_048_576.0),
                ("GB", 1_073_741_824.0),
                ("TB", 1_099_511_627_776.0),
            ],
        };
        let base = match self.unit.as_str() {
            "8kB" => 8192.0,
            "min" => 60.0,
            unit => units.iter().find(|(name, _)| *name == unit).unwrap().1,
        };
        let (least, most) = (self.least, self.most.min(self.least + 1e6));
        let numbers = (0.0..1.0_f64, select(units), 0..7, 0..3_usize);
        numbers
            .prop_map(move |(part, (unit, size), form, places)| {
                // Nearer to the least: most bounds are far away.
                let amount = least + (most - least) * part * part * part;
                let whole = amount.round();
                match form {
                    0 => format!("{whole}"),
                    1 if whole >= 0.0 => format!("{:#x}", bits(whole)),
                    2 if whole >= 0.0 => format!("0{:o}", bits(whole)),
                    _ if unit.is_empty() => format!("{whole}."),
                    // What is half of a unit is tried often.
                    3 => format!("{} {unit} ", ((amount * base / size * 2.0).floor()) / 2.0),
                    _ => format!("{:.places$}{unit}", amount * base / size),
                }
            })
            .boxed()
    }

    /// Of five digits: the server shows six.
    fn reals(&self) -> BoxedStrategy<String> {
        let (least, most) = (self.least, self.most.min(self.least + 99.0));
        let in_units = self.unit == "ms";
        (0.0..1.0_f64, 0..5)
            .prop_map(move |(part, form)| {
                let amount = ((least + (most - least) * part) * 1e3).round() / 1e3;
                match form {
                    0 => format!("{amount:.3}"),
                    1 => format!(" +{:.3}e-2 ", amount.abs() * 1e2),
                    2 if in_units => format!("{:.0}us", amount * 1e3),
                    3 if in_units => format!("{:.6} s", amount / 1e3),
                    4 if in_units => format!("{amount:.3} ms"),
                    _ => format!("{}", amount.round()),
                }
            })
            .boxed()
    }
}

/// A whole number that is not below zero.
fn bits(whole: f64) -> u64 {
    format!("{whole}").parse().unwrap()
}

fn cased(words: &[&str]) -> BoxedStrategy<String> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    (select(words), any::<bool>())
        .prop_map(|(word, upper)| if upper { word.to_uppercase() } else { word })
        .boxed()
}
