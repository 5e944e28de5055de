//! `--templates`: a template of a person's own takes the place of one of
//! tune's, and one that fails writes nothing.

use crate::alone::{Mistake, assert_told};
use crate::support::{Place, Said};

const DROP_IN: &str = "own/postgresql/90-tune.conf.tera";
const RENDERED: &str = "out/etc/postgresql/15/main/conf.d/90-tune.conf";

/// Renders node-web for a t3.small with templates of one's own.
fn render(place: &Place) -> Said {
    let arguments = ["render", "--profile", "t3.small", "--stack", "node-web"];
    place.run(&[&arguments[..], &["--templates", "own", "-o", "out"]].concat())
}

#[test]
fn a_template_takes_the_place_of_one() {
    let place = Place::new();
    let text = "# mine\n{% for s in settings %}\n{{ s.key | pg_name }} = {{ s.text | pg_value }}\n{%- endfor %}\n";
    place.write(DROP_IN, text);
    place.write(
        "own/common/logrotate.tera",
        "# no rules of {{ head.made_by | comment }}\n",
    );
    let said = render(&place);
    assert_eq!(said.code, Some(0), "{said:?}");
    let read = |name: &str| std::fs::read_to_string(place.path().join(name)).unwrap();
    assert!(read(RENDERED).starts_with("# mine\n\n"));
    assert!(read(RENDERED).contains("\nshared_buffers = "));
    assert!(read("out/etc/logrotate.d/tune-api").starts_with("# no rules of Made by tune"));
    let site = read("out/etc/nginx/nginx.conf");
    assert!(
        site.starts_with("# Made by tune"),
        "the others are tune's: {site}"
    );
}

#[test]
fn a_template_is_part_of_those_that_include_it() {
    let place = Place::new();
    place.write("own/system/_common.sh.tera", "# mine\n");
    assert_eq!(render(&place).code, Some(0));
    let script = place.path().join("out/usr/local/lib/tune/swap.sh");
    assert!(
        std::fs::read_to_string(script)
            .unwrap()
            .contains("# mine\n")
    );
}

/// What a template says, and what is said of it.
#[rustfmt::skip]
const FAILING: &[(&str, Mistake<'_>)] = &[
    ("a\n{% for s in %}\n", Mistake("own/postgresql/90-tune.conf.tera:2:13", "", "templates are written in Tera")),
    ("{{ nothing | comment }}\n", Mistake("own/postgresql/90-tune.conf.tera:1:4", "cannot render /etc/postgresql/15/main/conf.d/90-tune.conf", "it is your template")),
    ("{{ settings | length | pg_value }}\n", Mistake("own/postgresql/90-tune.conf.tera:1:15", "Invalid type for the value", "it is your template")),
    ("{{ head.made_by | nofilter }}\n", Mistake("own/postgresql/90-tune.conf.tera:1:19", "nofilter", "templates are written in Tera")),
    ("{{ head.made_by | safe }}\n", Mistake("own/postgresql/90-tune.conf.tera:1:19", "'safe' quotes nothing", "it is your template")),
    ("{{ head.made_by | comment | upper }}\n", Mistake("own/postgresql/90-tune.conf.tera:1:19", "behind the quoting one would change", "quote last")),
    ("{{ head.made_by | upper }}\n", Mistake("", "a value passed no quoting filter", "it is your template")),
    ("{{ settings }}\n", Mistake("", "90-tune.conf: own/postgresql/90-tune.conf.tera: a value passed no quoting filter: \"[{", "it is your template")),
    ("{% include \"postgresql/90-tune.conf.tera\" %}\n", Mistake("own/postgresql/90-tune.conf.tera:1:1", "ircular include", "templates are written in Tera")),
];

#[test]
fn a_template_that_fails_is_told_with_its_place() {
    for (text, mistake) in FAILING {
        let place = Place::new();
        place.write(DROP_IN, text);
        let before = place.tree();
        assert_told(&render(&place), mistake);
        assert_eq!(place.tree(), before, "{text}");
    }
}

#[test]
fn a_file_that_is_no_template_of_tunes_is_refused() {
    let place = Place::new();
    for (name, help) in [
        (
            "own/postgresql/90-tune.cnf.tera",
            "did you mean postgresql/90-tune.conf.tera",
        ),
        ("own/redis/notes.txt", "there are redis/90-tune.conf.tera"),
        (
            "own/mysql/my.cnf.tera",
            "a template is KIND/NAME.tera, with KIND one of",
        ),
        (
            "own/README",
            "a template is KIND/NAME.tera, with KIND one of",
        ),
    ] {
        place.write(name, "x\n");
        let before = place.tree();
        let message = format!("{name} takes the place of no template");
        assert_told(&render(&place), &Mistake("", &message, help));
        assert_eq!(place.tree(), before);
        std::fs::remove_file(place.path().join(name)).unwrap();
    }
    let missing = Place::new();
    let mistake = Mistake("", "cannot read own: No such file", "is the path right?");
    assert_told(&render(&missing), &mistake);
    missing.write(DROP_IN, b"\xff\n");
    let mistake = Mistake(
        "90-tune.conf.tera:1:1",
        "is not UTF-8 text",
        "a profile or stack is a TOML file, a template is text",
    );
    assert_told(&render(&missing), &mistake);
}

#[test]
fn a_template_of_ones_own_has_the_same_filters() {
    let place = Place::new();
    let stack = r#"
runtime = "pm2"
[services.api]
kind = "node"
script = "a'b\"\\${c}; d"
"#;
    place.write("stack.toml", stack);
    place.write(
        "own/node/ecosystem.config.js.tera",
        "x = {{ script | js }};",
    );
    let arguments = [
        "render",
        "--profile",
        "t3.small",
        "--stack",
        "stack.toml",
        "--stdout",
    ];
    let said = place.run(&[&arguments[..], &["--templates", "own"]].concat());
    let line = r#"x = "a'b\"\\${c}; d";"#;
    assert!(said.stdout.contains(&format!("\n{line}\n")), "{said:?}");
}
