//! One value changes, all else stays.

use super::parse;

fn set(before: &str, key: &str, written: &str) -> String {
    let mut document = parse(before);
    document.set(&[], key, written.as_bytes()).unwrap();
    String::from_utf8(document.bytes().to_vec()).unwrap()
}

#[test]
fn only_the_bytes_of_the_value_that_counts() {
    assert_eq!(
        set("port=1\r\nPort\t'2' # c\r\n", "port", "3"),
        "port=1\r\nPort\t3 # c\r\n"
    );
}

#[test]
fn what_is_new_stands_behind_its_commented_default() {
    let before = "#port = 5432\t# (change requires restart)\n#huge_pages = try\t\t# on, off, or try\n\t\t\t\t\t# (change requires restart)\n#work_mem = 4MB\n";
    let after = "#port = 5432\t# (change requires restart)\n#huge_pages = try\t\t# on, off, or try\n\t\t\t\t\t# (change requires restart)\nhuge_pages = off\n#work_mem = 4MB\n";
    assert_eq!(set(before, "huge_pages", "off"), after);
    assert_eq!(
        set("# port = 1\r\n", "port", "2"),
        "# port = 1\r\nport = 2\r\n"
    );
}

#[test]
fn what_is_new_and_has_none_stands_at_the_end() {
    assert_eq!(set("", "port", "1"), "port = 1\n");
    assert_eq!(
        set("# the port = of call\nfsync = on", "port", "1"),
        "# the port = of call\nfsync = on\nport = 1\n"
    );
    assert_eq!(
        set("#include_dir = '...'\n", "include_dir conf.d", "'conf.d'"),
        "#include_dir = '...'\ninclude_dir = 'conf.d'\n"
    );
}

#[test]
fn what_is_no_value_is_refused() {
    for written in ["", "1 2", "1\nfsync = off", "1 # x", "'a", "a.b"] {
        let mut document = parse("port = 1\nfsync = on\n");
        assert!(document.set(&[], "port", written.as_bytes()).is_err());
        assert!(document.set(&[], "work_mem", written.as_bytes()).is_err());
        assert_eq!(document.bytes(), b"port = 1\nfsync = on\n");
    }
}

#[test]
fn every_statement_of_a_key_goes() {
    let mut document = parse("port = 1\n# c\nPORT = 2\nfsync = on\n");
    document.unset(&[], "port").unwrap();
    assert_eq!(document.bytes(), b"# c\nfsync = on\n");
}
