//! nginx: `nginx -T` prints every file that it reads, and refuses what it would
//! not start with.

use super::{Ran, Setting};

const CONF: &str = "/etc/nginx/nginx.conf";
const SITE: &str = "/etc/nginx/conf.d/90-tune-web.conf";
const MINE: &str = "/etc/nginx/conf.d/50-mine.conf";
const DEBIAN: &str = "/etc/nginx/sites-enabled/default";

const SCRIPT: &str = r#"
C=/etc/nginx
ask() { nginx -T; }
seen default
sed -i 's/worker_connections .*/worker_connections 0900;/; s/^worker_processes.*/worker_processes 3;/; s/gzip on;/gzip off;/' $C/nginx.conf
printf 'keepalive_timeout 1m;\nserver_tokens "off";\n' >$C/conf.d/50-mine.conf
sed -i 's/^\tlisten 80 default_server;/&\n\tclient_header_timeout 7;/' $C/sites-enabled/default
seen changed
patched 'etc/nginx/*'
seen planned
"#;

/// A line of a file, as `nginx -T` prints it.
fn line(said: &str, file: &str, line: u64) -> String {
    let mut rest = said.lines();
    let head = format!("# configuration file {file}:");
    rest.find(|line| *line == head)
        .unwrap_or_else(|| panic!("{file} is not read"));
    let line = usize::try_from(line).unwrap();
    rest.nth(line - 1).unwrap().trim().to_owned()
}

#[test]
fn what_is_in_effect_and_who_wins_is_what_nginx_reads() {
    let ran = Ran::of(SCRIPT);
    for name in ["default", "changed", "planned"] {
        let said = ran.said(name);
        assert!(said.contains("test is successful"), "{name}: {said}");
        for path in [CONF, SITE] {
            for setting in ran.settings(name, path) {
                let (file, number) = setting.place();
                if !file.is_empty() {
                    let line = line(&said, &file, number);
                    assert!(line.contains(setting.key()), "{line}: {setting:?}");
                }
            }
        }
    }
    for (key, value, file) in [
        ("worker_connections", "900", CONF),
        ("worker_processes", "3", CONF),
        ("gzip", "off", CONF),
        ("keepalive_timeout", "60s", MINE),
        ("server_tokens", "off", MINE),
        ("client_header_timeout", "60s", ""),
    ] {
        let setting = ran.setting("changed", CONF, key);
        assert_eq!((setting.old(), setting.place().0.as_str()), (value, file));
    }
    // nginx refuses a second one: the patch leaves them, and says who has them.
    let winner = |key: &str| {
        let setting = ran.setting("changed", CONF, key);
        let (kind, by, _) = setting.winners()[0];
        (kind.to_owned(), by.to_owned())
    };
    for (key, kind, by) in [
        ("keepalive_timeout", "wins", MINE),
        ("server_tokens", "wins", MINE),
        ("client_header_timeout", "inside", DEBIAN),
    ] {
        assert_eq!(winner(key), (kind.to_owned(), by.to_owned()), "{key}");
    }
    for path in [CONF, SITE] {
        let left = ran.settings("planned", path);
        let left = left.iter().filter(|one| one.is_change());
        let left: Vec<&Setting> = left.filter(|one| one.winners().is_empty()).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
