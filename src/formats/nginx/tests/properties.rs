//! What holds of every file and every edit.

use proptest::prelude::*;

use super::super::super::{Document, Format, Statement};

/// What a file is made of: words, quotes, ends of all kinds.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "gzip on;",
        "root /x;\n",
        "limit_conn a 1;",
        "limit_conn b 2;\r\n",
        "http {",
        "server {",
        "location / {",
        "}",
        "}\n",
        "\n",
        " ",
        "\t",
        "# note\n",
        "# gzip on;\n",
        "a 'b c';",
        "a \"x\\\"y\" z;",
        "listen 80;",
        "server_name b;",
        "map $a $b {",
        "x_by_lua_block { '}' }",
        "${x}",
        "\\",
        "'",
        "\"",
        ";",
        "{",
        "word",
        "\u{e9}",
        "return 1;",
        "include x;",
    ];
    prop_oneof![
        12 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => "[ -~]{0,4}",
    ]
}

/// A file that is accepted: its blocks are closed.
fn accepted() -> impl Strategy<Value = Document> {
    let leaf = proptest::sample::select(vec![
        "gzip on;",
        "root /x;\n",
        "\n",
        "  # gzip on;\n",
        "a 'b c' # x\n d;",
        "listen 81;\n",
        "return 1; ",
        "limit_conn a 1;\n",
        "\tproxy_set_header A \"b\";\r\n",
        "ip_hash;",
        "x_by_lua_block { f('}') }\n",
        "include x/*;\n",
        "# \u{e9}\n",
    ]);
    let leaf = leaf.prop_map(str::to_owned);
    let tree = leaf.prop_recursive(4, 40, 6, |inner| {
        let blocks = vec![
            "http",
            "server",
            "location /",
            "location ~ '\\.x$'",
            "upstream u",
        ];
        let name = proptest::sample::select(blocks);
        let inside = proptest::collection::vec(inner, 0..6);
        (name, inside, any::<bool>()).prop_map(|(name, inside, lines)| {
            let blank = if lines { "\n" } else { " " };
            format!("{name} {{{blank}{}{blank}}}{blank}", inside.concat())
        })
    });
    proptest::collection::vec(tree, 0..8)
        .prop_map(|parts| Document::parse(Format::Nginx, parts.concat()).unwrap())
}

fn others(document: &Document, edited: &Statement) -> Vec<(Vec<String>, String, Vec<u8>)> {
    let statements = document.statements().iter();
    statements
        .filter(|one| (&one.within, &one.key) != (&edited.within, &edited.key))
        .map(|one| (one.within.clone(), one.key.clone(), one.value.to_vec()))
        .collect()
}

/// What two texts begin and end with alike is all but a part of the first.
fn changed(before: &[u8], after: &[u8]) -> (usize, usize) {
    let same = |one: &mut dyn Iterator<Item = (&u8, &u8)>| one.take_while(|(a, b)| a == b).count();
    let head = same(&mut before.iter().zip(after));
    let tail = same(&mut before.iter().rev().zip(after.iter().rev()));
    (head, before.len().saturating_sub(tail))
}

proptest! {
    #[test]
    fn whatever_is_read_is_printed_as_it_was(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        if let Ok(document) = Document::parse(Format::Nginx, text.as_bytes()) {
            prop_assert_eq!(document.bytes(), text.as_bytes());
            for one in document.statements() {
                prop_assert!(one.at.start <= one.value_at.start && one.value_at.end <= one.at.end);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(Format::Nginx, bytes.clone());
        let key = String::from_utf8_lossy(&bytes);
        let normal = Format::Nginx.normal(&key, &bytes);
        let _ = Format::Nginx.spell(&key, &normal);
        for key in ["keepalive_timeout", "proxy_buffers", "open_file_cache", "ssl_session_cache"] {
            let normal = Format::Nginx.normal(key, &bytes);
            let spelled = Format::Nginx.spell(key, &normal);
            let _ = Format::Nginx.normal(key, spelled.as_bytes());
        }
    }

    #[test]
    fn a_change_keeps_all_else(document in accepted(), at in any::<prop::sample::Index>()) {
        prop_assume!(!document.statements().is_empty());
        let edited = at.get(document.statements()).clone();
        prop_assume!(!edited.value.is_empty() && !edited.key.contains(['/', '{', '#']));
        let written = [document.written(&edited.value_at), b" more"].concat();
        let mut after = document.clone();
        // A block is not renamed, and Lua takes no second word.
        if after.set(&edited.within, &edited.key, &written).is_ok() {
            let found = after.winner(&edited.within, &edited.key).unwrap();
            prop_assert_eq!(after.written(&found.value_at), written.as_slice());
            prop_assert_eq!(others(&document, &edited), others(&after, &edited));
            let winner = document.winner(&edited.within, &edited.key).unwrap();
            let (from, to) = changed(document.bytes(), after.bytes());
            prop_assert!(from >= winner.value_at.start && to <= winner.value_at.end);
        } else {
            let is_block = document.written(&edited.at).ends_with(b"}");
            prop_assert!(is_block, "{}", edited.key);
        }
    }

    #[test]
    fn an_addition_is_one_line_or_a_part_of_one(
        document in accepted(),
        at in any::<prop::sample::Index>(),
    ) {
        let mut blocks: Vec<Vec<String>> = vec![Vec::new()];
        blocks.extend(document.statements().iter().map(|one| one.within.clone()));
        let within = at.get(&blocks).clone();
        let mut after = document.clone();
        after.set(&within, "tcp_nopush", b"on").unwrap();
        let added = after.winner(&within, "tcp_nopush").unwrap().clone();
        prop_assert_eq!(others(&document, &added), others(&after, &added));
        prop_assert!(after.bytes().len() <= document.bytes().len() + 40);
        after.unset(&within, "tcp_nopush").unwrap();
        prop_assert_eq!(others(&document, &added), others(&after, &added));
    }

    #[test]
    fn what_is_taken_away_is_gone_and_nothing_else(
        document in accepted(),
        at in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!document.statements().is_empty());
        let edited = at.get(document.statements()).clone();
        let mut after = document.clone();
        if after.unset(&edited.within, &edited.key).is_ok() {
            prop_assert!(after.winner(&edited.within, &edited.key).is_none());
            prop_assert_eq!(others(&document, &edited), others(&after, &edited));
        }
    }

    #[test]
    fn a_spelling_means_what_was_spelled(key in 0..6_usize, n in 0..100_000_i64, unit in 0..4_usize) {
        let keys = ["gzip_window", "client_max_body_size", "send_timeout", "ssl_session_timeout",
            "worker_connections", "proxy_buffers"];
        let units = [["", "k", "m", "K"], ["", "s", "h", "m"], ["", "", "", ""]];
        let kind = [0, 0, 1, 1, 2, 2];
        let value = format!("{n}{}", units[kind[key]][unit]);
        let value = if keys[key] == "proxy_buffers" { format!("{n} {n}k") } else { value };
        let normal = Format::Nginx.normal(keys[key], value.as_bytes());
        let spelled = Format::Nginx.spell(keys[key], &normal);
        prop_assert_eq!(Format::Nginx.normal(keys[key], spelled.as_bytes()), normal);
    }
}
