//! That no face of a difference tells a secret, and that each tells the rest.

use std::collections::BTreeMap;

use super::*;
use crate::diff::{Candidate, Differences, Side, Was, between};
use crate::report::difference::{Look, json, made, markdown, summary, unified};
use crate::services::{Meets, Validator};

type Tree = BTreeMap<String, Vec<u8>>;

fn side(tree: &Tree) -> Vec<Candidate> {
    let of = |path: &String| {
        let format = Format::of_path(path).unwrap_or(Format::Text);
        Candidate {
            service: format.name().to_owned(),
            path: path.clone(),
            mode: Some(0o644),
            owner: None,
            meets: Meets::Own,
            main: format.main_of_path(path),
            format,
            content: None,
            validator: Validator::default(),
            is_inside: false,
            settings: None,
        }
    };
    tree.keys().map(of).collect()
}

/// A file that one tree has with one text, and the other with another.
fn compared(path: &str, old: &str, new: &str) -> Differences {
    let tree = |text: &str| Tree::from([(path.to_owned(), text.as_bytes().to_vec())]);
    let (old, new) = (tree(old), tree(new));
    between(
        &Side {
            files: &old,
            holds: &side(&old),
        },
        &Side {
            files: &new,
            holds: &side(&new),
        },
    )
}

/// All that is said of it.
fn faces(found: &Differences) -> String {
    let review = made::review(found);
    let look = Look {
        width: 80,
        verbose: true,
        paint: &|_, text| text.to_owned(),
    };
    let patch = unified(&review);
    [
        summary(&review, &look),
        json(&review).unwrap(),
        markdown(&review),
        String::from_utf8_lossy(&patch).into_owned(),
    ]
    .join("\n")
}

/// Files with a place for a secret.
const SECRET: &[(&str, &str)] = &[
    ("/etc/pgbouncer/userlist.txt", "\"app\" \"@\"\n"),
    ("/etc/shadow", "root:@:19000:0:99999:7:::\n"),
    ("/root/.pgpass", "db:5432:app:app:@\n"),
    ("/root/.netrc", "machine x login y\npassword @\n"),
    ("/etc/notes", "the server\n--password @\n"),
    ("/etc/notes", "a\n# PGPASSWORD=@ psql\n"),
    (
        "/etc/app.pem",
        "-----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----\n",
    ),
    ("/etc/setup.sql", "ALTER ROLE app PASSWORD '@';\n"),
    (
        "/etc/systemd/system/x.service",
        "[Service]\nExecStart=/bin/x --password=@\n",
    ),
    (
        "/etc/systemd/system/x.service",
        "[Service]\nExecStart=/bin/x --password @ --port 1\n",
    ),
    (
        "/etc/systemd/system/x.service",
        "[Service]\nExecStartPost=/usr/bin/redis-cli -a @ ping\n",
    ),
    (
        "/etc/systemd/system/x.service",
        "[Service]\nEnvironment=\"STRIPE_SK=@\"\n",
    ),
    (
        "/srv/compose.yml",
        "services:\n  a:\n    command: redis-server --requirepass @\n",
    ),
    (
        "/srv/compose.yml",
        "services:\n  a:\n    command: [redis-server, --requirepass, @]\n",
    ),
    (
        "/srv/compose.yml",
        "services:\n  a:\n    command:\n      - redis-server\n      - --requirepass\n      - @\n",
    ),
    (
        "/srv/compose.yml",
        "services:\n  a:\n    environment:\n      - DB=host=db password=@\n",
    ),
    ("/srv/.env", "STRIPE_SK=@\n"),
    ("/srv/.env", "DB='host=db password=@'\n"),
    ("/srv/.env", "SMTP_PASS=@\n"),
    ("/etc/redis/redis.conf", "rename-command config @\n"),
    ("/etc/redis/redis.conf", "requirepass @\n"),
    ("/etc/redis/redis.conf", "user app on >@ ~*\n"),
    (
        "/etc/pgbouncer/pgbouncer.ini",
        "[databases]\napp = host=db password=@\n",
    ),
    (
        "/etc/postgresql/15/main/postgresql.conf",
        "primary_conninfo = 'host=db password=@'\n",
    ),
    (
        "/etc/postgresql/15/main/postgresql.conf",
        "work_mem = 1MB # password=@\n",
    ),
    (
        "/etc/nginx/nginx.conf",
        "http {\n proxy_set_header X-Api-Key @;\n}\n",
    ),
    (
        "/etc/nginx/nginx.conf",
        "http {\n proxy_set_header X \"Bearer @\";\n}\n",
    ),
    ("/etc/gunicorn.conf.py", "raw_env = [\"DB_PASSWORD=@\"]\n"),
    ("/etc/app.toml", "stripe_sk = \"@\"\n"),
    ("/etc/sysctl.d/1.conf", "net.ipv4.tcp_fastopen_key = @\n"),
];

#[test]
fn no_face_tells_a_secret() {
    for (path, text) in SECRET {
        let (old, new) = (text.replace('@', "HUNTERa"), text.replace('@', "HUNTERb"));
        let without = "\n";
        for (old, new) in [
            (old.as_str(), new.as_str()),
            (&old, without),
            (without, &new),
        ] {
            let found = compared(path, old, new);
            let said = faces(&found);
            assert!(!said.contains("HUNTER"), "{path} {text}:\n{said}");
            assert!(
                said.contains(path),
                "it is told that it changes: {path}\n{said}"
            );
        }
    }
}

#[test]
fn a_secret_that_goes_is_none_of_the_new_value_and_is_not_told() {
    let found = compared(
        "/etc/systemd/system/x.service",
        "[Service]\nExecStart=/bin/x --password=HUNTER\n",
        "[Service]\nExecStart=/bin/x\n",
    );
    let said = faces(&found);
    assert!(!said.contains("HUNTER"), "{said}");
}

#[test]
fn hashes_are_not_told_in_a_text_of_any_name() {
    let hash = "$6$salt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.";
    for line in [
        format!("a {hash}"),
        format!("\"app\" \"md5{}\"", "0a".repeat(16)),
    ] {
        let found = compared("/etc/notes", "a\n", &format!("{line}\n"));
        let said = faces(&found);
        assert!(
            !said.contains("qFmFH") && !said.contains("0a0a0a"),
            "{said}"
        );
    }
}

#[test]
fn ordinary_lines_are_told() {
    for (path, text) in [
        (
            "/etc/postgresql/15/main/postgresql.conf",
            "work_mem = @MB\n",
        ),
        ("/srv/.env", "DB_POOL_SIZE=@\n"),
        ("/srv/.env", "KEYSPACE_EVENTS=@\n"),
        (
            "/etc/nginx/nginx.conf",
            "http {\n proxy_cache_path /c keys_zone=api:@m;\n}\n",
        ),
        (
            "/etc/nginx/nginx.conf",
            "http {\n ssl_session_cache shared:SSL:@m;\n}\n",
        ),
        (
            "/etc/nginx/nginx.conf",
            "http {\n upstream a {\n  server b;\n  keepalive @;\n }\n}\n",
        ),
        ("/etc/sysctl.d/1.conf", "net.ipv4.tcp_keepalive_time = @\n"),
        ("/etc/redis/redis.conf", "tcp-keepalive @\n"),
        (
            "/etc/systemd/system/x.service",
            "[Service]\nExecStart=/bin/x --port=@\n",
        ),
        ("/etc/notes", "keepalive @\n"),
    ] {
        let (old, new) = (text.replace('@', "4711"), text.replace('@', "4712"));
        let found = compared(path, &old, &new);
        let review = made::review(&found);
        assert!(
            !found.settings.iter().any(|one| one.secret),
            "{path} {text}"
        );
        let patch = String::from_utf8_lossy(&unified(&review)).into_owned();
        assert!(patch.contains("4711") && patch.contains("4712"), "{patch}");
    }
}

#[test]
fn a_text_that_others_may_not_read_is_private() {
    let mut file = made::file("/etc/x", Was::File(b"a\n".to_vec()), b"b\n");
    file.format = Format::Text;
    assert!(!file.is_private());
    file.mode = (Some(0o640), Some(0o644));
    assert!(file.is_private());
    file.was = Was::File(b"# Made by tune 0.1.0\na\n".to_vec());
    assert!(!file.is_private());
    file.was = Was::File(b"a\n".to_vec());
    file.format = Format::Sysctl;
    assert!(!file.is_private());
}

#[test]
fn every_line_has_its_answer() {
    let text = b"vm.swappiness = 10\n# token: x\n\nvm.overcommit_memory = 1";
    let found = hidden(Format::Sysctl, text).unwrap();
    assert_eq!(found, [false, true, false, false]);
    assert!(hidden(Format::Text, b"").unwrap().is_empty());
}
