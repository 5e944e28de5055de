//! Several mistakes at once: all are told, in the order of the file, and
//! nothing that only follows from one of them.

use crate::support::Place;

/// The places and the beginnings of what is said.
fn assert_said(place: &Place, expected: &[&str]) {
    let said = place.mistakes();
    let as_expected = said.len() == expected.len()
        && said
            .iter()
            .zip(expected)
            .all(|(said, expected)| said.starts_with(expected));
    assert!(as_expected, "{said:#?}\nis not\n{expected:#?}");
}

const FIVE: &str = r#"extends = "stack.toml"

[services.db]
kind = "postgresql"
wieght = 2
connections = "fifty"
memory = "64MiB"

[services.api]
kind = "node"
port = 3000
uses = ["db"]

[services.app]
kind = "gunicorn"
port = 3000
"#;

#[test]
fn all_five_are_told_in_the_order_of_the_file() {
    assert_said(
        &Place::with_stack(FIVE),
        &[
            "stack.toml:1:11: stacks extend each other in a circle: stack.toml -> stack.toml",
            "stack.toml:5:1: service 'db' has no key 'wieght'",
            "stack.toml:6:15: connections of service 'db' must be a whole number, not a string",
            "stack.toml:7:10: memory = \"64MiB\" of service 'db' is less than it can run in",
            "stack.toml:16:8: services 'api' and 'app' both listen on port 3000",
        ],
    );
}

#[test]
fn a_pin_below_the_stated_floor_is_told_once() {
    let stack = FIVE.replace("memory =", "floor = \"600MiB\"\nmemory =");
    let said = Place::with_stack(&stack).mistakes();
    let pins: Vec<_> = said.iter().filter(|line| line.contains("64 MiB")).collect();
    assert_eq!(pins.len(), 1, "{said:#?}");
    assert!(pins[0].contains("pinned to 64 MiB, below its floor of 600 MiB"));
    assert_eq!(said.len(), 5);
}

#[test]
fn mistakes_are_told_on_a_host_that_is_too_small() {
    let place = Place::with_stack(
        "extends = \"microservices\"\nruntime = \"systemd\"\n[services.one]\nkind = \"node\"\nport = 81\n[services.two]\nkind = \"node\"\nport = 81\n[services.two.settings]\nmax_memory = 1\n",
    );
    let said = place.mistakes_on("t2.nano");
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].contains("both listen on port 81"), "{said:#?}");
    assert!(
        said[1].contains("tune makes no setting 'max_memory'"),
        "{said:#?}"
    );
}

#[test]
fn a_profile_and_a_stack_are_told_together() {
    let place = Place::with_stack("extends = \"web\"\nruntime = \"pm3\"\n");
    place.write(
        "box.toml",
        "memory = \"2\"\nvisible_memory = \"1901MiB\"\ncpu = 2\n",
    );
    let said = place.mistakes_on("box.toml");
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said[0].starts_with("box.toml:1:10: memory of the host profile: a size without"));
    assert!(said[1].starts_with("box.toml:3:1: the host profile has no key 'cpu'"));
    assert!(said[2].starts_with("stack.toml:2:11: runtime of the stack must be one of"));
}

#[test]
fn every_set_is_told() {
    let place = Place::with_stack("extends = \"web\"\n");
    let sets = ["services.db.memroy=1GiB", "services.db.port=0", "nothing"];
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let arguments: Vec<&str> = [
        "plan",
        "-q",
        "--stack",
        "stack.toml",
        "--profile",
        "t3.small",
    ]
    .into_iter()
    .chain(sets)
    .collect();
    let said = place.run(&arguments);
    assert_eq!(said.stderr.lines().count(), 3, "{said:?}");
}

/// Each of these stacks has one mistake, and much that would follow from it.
#[test]
fn nothing_is_told_that_follows_from_something_else() {
    let users = "[services.api]\nkind = \"node\"\nuses = [\"db\"]\n[services.api.settings]\nDB_POOL_SIZE = 2\n";
    for (what, db, one) in [
        (
            "a kind that is not known",
            "kind = \"postgres\"",
            "there is no kind 'postgres'",
        ),
        ("no kind", "want = \"1GiB\"", "service 'db' lacks 'kind'"),
        (
            "a slip for kind",
            "knd = \"postgresql\"",
            "service 'db' has no key 'knd'",
        ),
        (
            "a kind that is no word",
            "kind = 5",
            "kind of service 'db' must be a string",
        ),
        (
            "connections of an external that cannot be read",
            "kind = \"postgresql\"\nexternal = true\nconnections = \"many\"",
            "connections of service 'db' must be a whole number",
        ),
        (
            "a port that cannot be read",
            "kind = \"postgresql\"\nport = \"3000\"",
            "port of service 'db' must be a whole number",
        ),
        (
            "an external that cannot be read",
            "kind = \"postgresql\"\nexternal = \"yes\"\nport = 3000",
            "external of service 'db' must be true or false",
        ),
    ] {
        let stack = format!("[services.db]\n{db}\n{users}");
        let said = Place::with_stack(&stack).mistakes();
        assert_eq!(said.len(), 1, "{what}: {said:#?}");
        assert!(said[0].contains(one), "{what}: {said:#?}");
    }
}

#[test]
fn what_a_missing_base_would_have_held_is_not_missed() {
    for base in [
        "extends = \"nowhere.toml\"",
        "extends = \"node-wep\"",
        "extends = 5",
    ] {
        let stack = format!(
            "{base}\n[services.api]\nuses = [\"db\"]\nscript = \"a.js\"\nwieght = 3\nweight = \"x\"\n"
        );
        let said = Place::with_stack(&stack).mistakes();
        assert_eq!(said.len(), 2, "{said:#?}");
        assert!(said[0].starts_with("stack.toml:1:11: "), "{said:#?}");
        assert!(
            said[1].contains("weight of service 'api' must be a number"),
            "{said:#?}"
        );
    }
    let said = Place::with_stack("extends = \"node-wep\"\n").mistakes();
    assert_eq!(said.len(), 1, "{said:#?}");
}

#[test]
fn a_base_that_is_no_toml_is_told_with_the_mistakes_above_it() {
    let place = Place::with_stack("extends = \"base.toml\"\n[services.db]\nmemory = 5\n");
    place.write("base.toml", "[services.db\n");
    let said = place.mistakes();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].starts_with("base.toml:1:13: "), "{said:#?}");
    assert!(said[1].starts_with("stack.toml:3:10: "), "{said:#?}");
}

#[test]
fn a_circle_of_services_hides_no_other_mistake() {
    let place = Place::with_stack(
        "[services.a]\nkind = \"pgbouncer\"\nuses = [\"b\"]\n[services.b]\nkind = \"pgbouncer\"\nuses = [\"a\"]\nport = 80\n[services.c]\nkind = \"node\"\nport = 80\nuses = [\"gone\"]\n",
    );
    let said = place.mistakes();
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(
        said[0].starts_with("stack.toml:3:9: services use each other in a circle: a -> b -> a")
    );
    assert!(said[1].contains("both listen on port 80"), "{said:#?}");
    assert!(said[2].contains("refers to 'gone'"), "{said:#?}");
}

#[test]
fn no_services_is_told_where_there_really_are_none() {
    for (stack, one) in [
        ("", "the stack has no services"),
        ("[services]\n", "the stack has no services"),
        (
            "[service.db]\nkind = \"redis\"\n",
            "the stack has no key 'service'",
        ),
        ("services = 5\n", "services of the stack must be a table"),
    ] {
        let said = Place::with_stack(stack).mistakes();
        assert_eq!(said.len(), 1, "{stack}: {said:#?}");
        assert!(said[0].contains(one), "{stack}: {said:#?}");
    }
}
