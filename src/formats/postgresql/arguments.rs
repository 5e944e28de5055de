//! The settings that a server was started with on its command line. Who runs
//! is not known here.
//!
//! Source: <https://www.postgresql.org/docs/15/runtime-config-short.html>,
//! <https://www.postgresql.org/docs/15/app-postgres.html>.

use bstr::BString;

/// Options that take an argument, as getopt(3) has it in postmaster.c.
const WITH_ARGUMENT: &str = "BCcDdfhkNprStW-";
const ALONE: &str = "bEeFijlnOPsT";

/// Options with their settings, and what they set where that is not their
/// argument.
const SHORT: &[(char, &str, Option<&str>)] = &[
    ('B', "shared_buffers", None),
    ('E', "log_statement", Some("all")),
    ('e', "datestyle", Some("euro")),
    ('F', "fsync", Some("off")),
    ('h', "listen_addresses", None),
    ('i', "listen_addresses", Some("*")),
    ('k', "unix_socket_directories", None),
    ('l', "ssl", Some("on")),
    ('N', "max_connections", None),
    ('O', "allow_system_table_mods", Some("on")),
    ('P', "ignore_system_indexes", Some("on")),
    ('p', "port", None),
    ('S', "work_mem", None),
    ('s', "log_statement_stats", Some("on")),
    ('W', "post_auth_delay", None),
];

/// What `-f` turns off, and `-t` on, by the beginning of its argument.
const BY_WORD: &[(char, &str, &str)] = &[
    ('f', "s", "enable_seqscan"),
    ('f', "i", "enable_indexscan"),
    ('f', "o", "enable_indexonlyscan"),
    ('f', "b", "enable_bitmapscan"),
    ('f', "t", "enable_tidscan"),
    ('f', "n", "enable_nestloop"),
    ('f', "m", "enable_mergejoin"),
    ('f', "h", "enable_hashjoin"),
    ('t', "pa", "log_parser_stats"),
    ('t', "pl", "log_planner_stats"),
    ('t', "e", "log_executor_stats"),
];

/// What `-d` sets beside the level, from which level on.
/// Source: postgres.c, `set_debug_options`; \[measured\] with 15.18.
const DEBUG: &[(u8, &str, &str)] = &[
    (1, "log_connections", "on"),
    (1, "log_disconnections", "on"),
    (2, "log_statement", "all"),
    (3, "debug_print_parse", "on"),
    (4, "debug_print_plan", "on"),
    (5, "debug_print_rewritten", "on"),
];

/// The settings of a command line, in its order; its first word is the program.
pub(super) fn settings(argv: &[String]) -> Vec<(String, BString)> {
    let mut settings = Vec::new();
    for (option, argument) in options(argv) {
        match option {
            'c' | '-' => settings.extend(long(argument)),
            'd' => settings.extend(debug(argument)),
            'f' | 't' => {
                let mut found = BY_WORD
                    .iter()
                    .filter(|(of, word, _)| *of == option && argument.starts_with(word));
                let value = if option == 'f' { "off" } else { "on" };
                settings.extend(found.next().map(|(_, _, key)| pair(key, value)));
            }
            _ => {
                let found = SHORT.iter().find(|(short, _, _)| *short == option);
                settings.extend(found.map(|(_, key, value)| pair(key, value.unwrap_or(argument))));
            }
        }
    }
    settings
}

/// Where the data is, as far as the command line says so, and which files do
/// not contradict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Data {
    /// `-c data_directory=`: wins over the files.
    pub(super) set: Option<String>,
    /// `-D`: counts where no file says it.
    pub(super) else_in: Option<String>,
}

pub(super) fn data_directory(argv: &[String]) -> Data {
    let set = settings(argv)
        .into_iter()
        .rfind(|(key, _)| key == "data_directory");
    let else_in = options(argv)
        .into_iter()
        .rfind(|(option, _)| *option == 'D');
    Data {
        set: set.map(|(_, value)| value.to_string()),
        else_in: else_in.map(|(_, directory)| directory.to_owned()),
    }
}

/// `name=value`; a dash in a name is an underscore.
fn long(argument: &str) -> Option<(String, BString)> {
    let (name, value) = argument.split_once('=')?;
    Some(pair(&name.to_ascii_lowercase().replace('-', "_"), value))
}

fn debug(argument: &str) -> Vec<(String, BString)> {
    let level: u8 = argument.parse().unwrap_or(0);
    let word = if level == 0 {
        "notice".to_owned()
    } else {
        format!("debug{level}")
    };
    let more = DEBUG.iter().filter(|(from, _, _)| level >= *from);
    std::iter::once(pair("log_min_messages", &word))
        .chain(more.map(|(_, key, value)| pair(key, value)))
        .collect()
}

fn pair(key: &str, value: &str) -> (String, BString) {
    (key.to_owned(), value.into())
}

/// The options with their arguments, up to one that there is not.
fn options(argv: &[String]) -> Vec<(char, &str)> {
    let mut found = Vec::new();
    let mut words = argv.iter().skip(1);
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        let mut rest = word.strip_prefix('-').unwrap_or_default();
        while let Some(option) = rest.chars().next() {
            rest = rest.strip_prefix(option).unwrap_or_default();
            if WITH_ARGUMENT.contains(option) {
                let argument = if rest.is_empty() {
                    words.next().map(String::as_str)
                } else {
                    Some(rest)
                };
                found.extend(argument.map(|argument| (option, argument)));
                break;
            }
            if !ALONE.contains(option) {
                return found;
            }
            found.push((option, ""));
        }
    }
    found
}
