//! `postgresql.conf` as its server reads it.

#[cfg(test)]
mod editing;
#[cfg(test)]
mod files;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod started;
#[cfg(test)]
mod values;

use crate::formats::{Document, Format};

pub(super) fn parse(text: impl AsRef<[u8]>) -> Document {
    Document::parse(Format::Postgresql, text.as_ref()).unwrap()
}

/// What a file says, in lines.
fn says(text: impl AsRef<[u8]>) -> String {
    let document = parse(text);
    let all = document.statements().iter();
    all.fold(String::new(), |said, one| {
        said + &one.key + " = " + &one.value.to_string() + "\n"
    })
}

fn refuses(text: impl AsRef<[u8]>, message: &str) {
    let refused = Document::parse(Format::Postgresql, text.as_ref()).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains(message), "{said}");
}

#[test]
fn a_name_and_a_value_with_or_without_an_equals_sign() {
    let file = "port = 5433\nport=5434\n  port 5435\t# the third\nport'5436'\nport+5437";
    assert_eq!(
        says(file),
        "port = 5433\nport = 5434\nport = 5435\nport = 5436\nport = +5437\n"
    );
}

#[test]
fn names_are_of_any_case_and_two_have_an_older_one() {
    let file = "Work_MEM = 4MB\nMy.Name = x\nSort_mem = 8MB\nvacuum_mem=1MB";
    assert_eq!(
        says(file),
        "work_mem = 4MB\nmy.name = x\nwork_mem = 8MB\nmaintenance_work_mem = 1MB\n"
    );
}

#[test]
fn quotes_and_escapes() {
    let file = r"a.a = 'it''s'
a.b = 'a\'b\\c\n\tz'
a.c = '\101\1012\7'
a.d = ''
a.e = '# no comment' # a comment
a.f = 'lost\000behind NUL'";
    let expected =
        "a.a = it's\na.b = a'b\\c\n\tz\na.c = AA2\u{7}\na.d = \na.e = # no comment\na.f = lost\n";
    assert_eq!(says(file), expected);
}

#[test]
fn bare_values() {
    let file = "a.a = 4MB\na.b = -1\na.c = 0x1F\na.d = .5e-3\na.e = 2.\na.f = my-host:5/x_1.y\na.g = 0777\na.h = on";
    assert_eq!(
        says(file).replace("a.", "").replace(" = ", "="),
        "a=4MB\nb=-1\nc=0x1F\nd=.5e-3\ne=2.\nf=my-host:5/x_1.y\ng=0777\nh=on\n"
    );
}

#[test]
fn line_ends_of_windows_blanks_and_no_line_end_at_all() {
    assert_eq!(
        says("port = 1\r\n\r\n\t# c\r\nport = 2"),
        "port = 1\nport = 2\n"
    );
    assert_eq!(says(""), "");
    assert_eq!(
        says(b"# Gr\xFC\xDFe \x00\nport = 1".as_slice()),
        "port = 1\n"
    );
    let latin = parse(b"cluster_name = 'K\xF6ln'".as_slice());
    assert_eq!(latin.statements()[0].value, b"K\xF6ln".as_slice());
}

#[test]
fn what_the_server_does_not_take_is_an_error_with_its_place() {
    refuses("port = 1\n work_mem =", "line 2, column 12: no value");
    refuses("port\n= 1", "line 1, column 5: no value");
    refuses("work_mem = 1.5GB", "line 1, column 15: more than one value");
    refuses(
        "search_path = a, b",
        "line 1, column 16: more than one value",
    );
    refuses("cluster_name = 'a", "column 16: neither a bare value nor");
    refuses("cluster_name = 'a\nb'", "column 16: neither");
    refuses(
        "cluster_name = a.b",
        "a value with a '.' in it needs quotes",
    );
    refuses("5 = port", "line 1, column 1: no name");
    refuses("port = = 1", "column 8: no value");
    refuses("a.b.c = 1", "no name of a setting");
    refuses("a-b = 1", "no name of a setting");
    refuses("größe = 1", "no name of a setting");
    refuses("port = 1\x0C", "more than one value");
    refuses("cluster_name = 'a\0b'", "a NUL byte");
    refuses("include = ' '", "an include without a path");
}

#[test]
fn a_byte_order_mark_is_taken_for_part_of_a_name() {
    refuses("\u{feff}port = 1", "line 1, column 1: a byte order mark");
    refuses(
        "\u{feff}# a comment\nport = 1",
        "line 1, column 1: a byte order mark",
    );
}

#[test]
fn passwords_and_what_may_hold_them_are_secret() {
    for key in [
        "primary_conninfo",
        "Primary_ConnInfo",
        "ssl_passphrase_command",
        "archive_command",
        "restore_command",
        "app.jwt_secret",
        "my.db_password",
    ] {
        assert!(Format::Postgresql.is_secret(key, b""), "{key}");
    }
    for key in [
        "password_encryption",
        "ssl_passphrase_command_supports_reload",
        "md5_password_warnings",
        "shared_buffers",
        "log_line_prefix",
    ] {
        assert!(!Format::Postgresql.is_secret(key, b""), "{key}");
    }
}
