//! What is wrong with files that nginx reads and that people wrote: what a
//! version has given up or does not know, and what has no effect without
//! something else.

use crate::formats::{Occurrence, Reading, Standing};
use crate::services::Flaw;
use crate::units::Version;

/// All of it.
pub(super) fn of(version: Version, reading: &Reading) -> Vec<Flaw> {
    let mut flaws = http2(version, reading);
    flaws.extend(inert_keepalive(version, reading));
    flaws
}

fn flaw(id: &'static str, one: &Occurrence, refused: bool, message: String) -> Flaw {
    Flaw {
        id,
        message,
        file: one.file.clone(),
        line: one.line,
        refused,
    }
}

/// Source: <https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2>: since 1.25.1.
fn http2(version: Version, reading: &Reading) -> Vec<Flaw> {
    let id = "http2-syntax";
    let has_directive = version.at_least_patch(1, 25, 1);
    let all = reading.occurrences.iter();
    all.filter_map(|one| match name(one) {
        "listen" if has_directive && words(one).any(|word| word == "http2") => Some(flaw(
            id,
            one,
            false,
            format!("'http2' of listen is given up since 1.25.1; this is {version}"),
        )),
        "http2" if !has_directive => Some(flaw(
            id,
            one,
            true,
            format!("'http2' is a directive since 1.25.1; this is {version}, which refuses it"),
        )),
        _ => None,
    })
    .collect()
}

/// Source: <https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive>;
/// since 1.29.7 both are what is taken where nothing is said.
fn inert_keepalive(version: Version, reading: &Reading) -> Vec<Flaw> {
    if version.at_least_patch(1, 29, 7) {
        return Vec::new();
    }
    let kept = reading.occurrences.iter().filter_map(|one| {
        let block = one.within.last().filter(|_| one.key == "keepalive")?;
        block.strip_prefix("upstream ")
    });
    let kept: Vec<&str> = kept.collect();
    let passes = reading.occurrences.iter().filter_map(|one| {
        let to = one.value.to_string();
        let host = to.split_once("://")?.1.split('/').next()?;
        let is_kept = name(one) == "proxy_pass" && kept.contains(&host);
        is_kept.then(|| (one, host.to_owned()))
    });
    passes
        .filter_map(|(one, host)| {
            let missing = match (is_http_1_1(reading, one), closes_nothing(reading, one)) {
                (true, true) => return None,
                (false, true) => "proxy_http_version 1.1",
                (true, false) => "proxy_set_header Connection \"\"",
                (false, false) => "proxy_http_version 1.1 and proxy_set_header Connection \"\"",
            };
            let message = format!("keepalive of upstream {host} does nothing without {missing}");
            Some(flaw("upstream-keepalive-inert", one, false, message))
        })
        .collect()
}

fn name(one: &Occurrence) -> &str {
    one.key.split(' ').next().unwrap_or_default()
}

fn words(one: &Occurrence) -> impl Iterator<Item = &str> {
    let text = std::str::from_utf8(&one.value).unwrap_or_default();
    text.split(' ')
}

/// The statements of one name that hold where another stands: those of the
/// innermost block that has any.
fn around<'a>(reading: &'a Reading, one: &Occurrence, wanted: &str) -> Vec<&'a Occurrence> {
    let mut within = one.within.as_slice();
    loop {
        let here = reading.occurrences.iter().filter(|other| {
            other.within == within && name(other) == wanted && other.standing == Standing::Holds
        });
        let here: Vec<&Occurrence> = here.collect();
        let Some((_, outer)) = within.split_last().filter(|_| here.is_empty()) else {
            return here;
        };
        within = outer;
    }
}

fn is_http_1_1(reading: &Reading, one: &Occurrence) -> bool {
    let said = around(reading, one, "proxy_http_version");
    said.iter().any(|version| version.value != "1.0")
}

/// Whether the header says nothing, where `close` would be sent. A variable may
/// be empty: that is not known.
fn closes_nothing(reading: &Reading, one: &Occurrence) -> bool {
    let headers = around(reading, one, "proxy_set_header");
    headers.iter().any(|header| {
        let mut words = words(header);
        let is_connection = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("connection"));
        let rest = words.next().unwrap_or_default();
        is_connection && (rest.is_empty() || rest == "\"\"" || rest == "''" || rest.contains('$'))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::formats::Format;

    fn found(version: Version, text: &str) -> Vec<(&'static str, u32, bool)> {
        let path = "/etc/nginx/nginx.conf".to_owned();
        let files = BTreeMap::from([(path.clone(), text.as_bytes().to_vec())]);
        let reading = Format::Nginx.read(&files, &path).remove(0);
        assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
        let flaws = of(version, &reading).into_iter();
        flaws
            .map(|flaw| (flaw.id, flaw.line, flaw.refused))
            .collect()
    }

    const OLD: Version = Version::new(1, 25, 0);
    const NEW: Version = Version::new(1, 25, 1);

    #[test]
    fn http2_is_written_as_the_version_has_it() {
        let parameter = "http {\nserver {\nlisten 443 ssl http2;\n}\n}\n";
        let directive = "http {\nserver {\nlisten 443 ssl;\nhttp2 on;\n}\n}\n";
        assert_eq!(found(OLD, parameter), []);
        assert_eq!(found(NEW, parameter), [("http2-syntax", 3, false)]);
        assert_eq!(found(OLD, directive), [("http2-syntax", 4, true)]);
        assert_eq!(found(NEW, directive), []);
    }

    fn passing(outside: &str, inside: &str) -> String {
        format!(
            "http {{\nupstream api {{ server 127.0.0.1:3000; keepalive 8; }}\n{outside}\n\
             server {{\nlocation / {{\n{inside}\nproxy_pass http://api/x;\n}}\n}}\n}}\n"
        )
    }

    #[test]
    fn keepalive_needs_the_protocol_and_the_header() {
        let inert = [("upstream-keepalive-inert", 7, false)];
        assert_eq!(found(NEW, &passing("", "")), inert);
        assert_eq!(found(NEW, &passing("", "proxy_http_version 1.1;")), inert);
        let both = "proxy_http_version 1.1; proxy_set_header Connection \"\";";
        assert_eq!(found(NEW, &passing("", both)), []);
        assert_eq!(found(NEW, &passing(both, "")), []);
        // One header inside, and none from around it holds.
        let lost = passing(both, "proxy_set_header Host $host;");
        assert_eq!(found(NEW, &lost), inert);
        let upgrade = "proxy_http_version 1.1; proxy_set_header Connection $connection_upgrade;";
        assert_eq!(found(NEW, &passing("", upgrade)), []);
        assert_eq!(found(Version::new(1, 29, 7), &passing("", "")), []);
    }

    #[test]
    fn what_passes_to_no_such_upstream_is_left_alone() {
        let text = passing("", "").replace("http://api/x", "http://127.0.0.1:3000");
        assert_eq!(found(NEW, &text), []);
    }
}
