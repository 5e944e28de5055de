//! Names that are not there, hosts and stacks that are none.

use crate::alone::{Mistake, assert_refused, assert_told};
use crate::support::Place;

const ON: [&str; 2] = ["--profile", "t3.small"];

/// What is asked for on a t3.small.
#[rustfmt::skip]
const NAMES: &[(&[&str], Mistake<'_>)] = &[
    (&["--stack", "wep"], Mistake("", "no stack is called 'wep'", "did you mean web?")),
    (&["--stack", "zzzzzzzz"], Mistake("", "no stack is called 'zzzzzzzz'", "bundled are")),
    (&["--stack", "a/b.toml"], Mistake("", "cannot read a/b.toml: No such file", "is the path right?")),
    (&["--config", "b.toml"], Mistake("", "cannot read b.toml: No such file", "is the path right?")),
    (&["--stack", "stack.toml"], Mistake("stack.toml:3:1", "service 'db' has no key 'memroy'", "did you mean memory?")),
    (&["--stack", "base.toml"], Mistake("base.toml:1:11", "cannot read node-wep", "did you mean node-web?")),
    (&["--set", "services.api.wieght=2"], Mistake("--set:1:14", "has no key 'wieght'", "did you mean weight?")),
    (&["--set", "services.api.settings.instanzes=2"], Mistake("--set:1:23", "makes no setting 'instanzes'", "did you mean instances?")),
    (&["--set", "weight"], Mistake("", "--set weight: no '='", "write it as --set")),
    (&["--set", "=2"], Mistake("--set:1:2", "unquoted keys cannot be empty", "write it as --set")),
];

/// Profiles that are asked for.
#[rustfmt::skip]
const PROFILES: &[(&[&str], Mistake<'_>)] = &[
    (&["--profile", "t3.smal"], Mistake("", "no host profile is called 't3.smal'", "did you mean t3.small")),
    (&["--profile", "quite-another"], Mistake("", "no host profile is called 'quite-another'", "'tune profiles' lists")),
    (&["--profile", "./nowhere.toml"], Mistake("", "cannot read ./nowhere.toml: No such file", "is the path right?")),
    (&["--stack", "named.toml"], Mistake("named.toml:2:11", "no host profile is called 't3.smal'", "did you mean t3.small")),
];

#[test]
fn no_such_profile_stack_or_key() {
    let place = Place::with_stack("extends = \"web\"\n[services.db]\nmemroy = \"1GiB\"\n");
    place.write("named.toml", "extends = \"web\"\nprofile = \"t3.smal\"\n");
    place.write("base.toml", "extends = \"node-wep\"\n");
    for (arguments, mistake) in NAMES {
        assert_refused(&place, &[&ON[..], arguments].concat(), mistake);
    }
    for (arguments, mistake) in PROFILES {
        assert_refused(&place, arguments, mistake);
    }
    let said = place.run(&["profiles", "node-wep"]);
    let mistake = "no host profile or stack is called 'node-wep'";
    assert_told(&said, &Mistake("", mistake, "did you mean node-web?"));
    let said = place.run(&["profiles", "t3.smal"]);
    let mistake = "no host profile or stack is called 't3.smal'";
    assert_told(&said, &Mistake("", mistake, "did you mean t3.small"));
}

const UNIT: &str = "write a number and its unit";
const CPUS: &str = "cpus of the host profile must be from 0.001 to 4096";

/// The memory that a profile states.
#[rustfmt::skip]
const MEMORY: &[(&str, Mistake<'_>)] = &[
    ("\"1\"", Mistake("box.toml:2:10", "a size without a unit", UNIT)),
    ("\"1B\"", Mistake("box.toml:2:10", "at least 64 MiB of memory", "write what the machine has")),
    ("\"0GiB\"", Mistake("box.toml:2:10", "at least 64 MiB of memory", "write what the machine has")),
    ("9223372036854775808", Mistake("box.toml:2:10", "a size without a unit", UNIT)),
    ("\"9223372036854775808B\"", Mistake("box.toml:2:10", "more than 1 PiB", UNIT)),
    ("\"8EiB\"", Mistake("box.toml:2:10", "an unknown unit", UNIT)),
    ("\"8388608TiB\"", Mistake("box.toml:2:10", "more than 1 PiB", UNIT)),
    ("\"-2GiB\"", Mistake("box.toml:2:10", "not a size", UNIT)),
    ("-2", Mistake("box.toml:2:10", "a size without a unit", UNIT)),
    ("nan", Mistake("box.toml:2:10", "a size without a unit", UNIT)),
    ("\"NaN\"", Mistake("box.toml:2:10", "not a size", UNIT)),
    ("true", Mistake("box.toml:2:10", "must be a size, not a boolean", "as in memory = \"512MiB\"")),
];

/// Its processors, and the other keys.
#[rustfmt::skip]
const PROCESSORS: &[(&str, Mistake<'_>)] = &[
    ("cpus = 0", Mistake("box.toml:2:8", CPUS, "as in cpus =")),
    ("cpus = -1", Mistake("box.toml:2:8", CPUS, "as in cpus =")),
    ("cpus = nan", Mistake("box.toml:2:8", CPUS, "as in cpus =")),
    ("cpus = inf", Mistake("box.toml:2:8", CPUS, "as in cpus =")),
    ("cpus = 9223372036854775808", Mistake("box.toml:2:8", CPUS, "as in cpus =")),
    ("cpu = 2", Mistake("box.toml:2:1", "has no key 'cpu'", "did you mean cpus?")),
    ("", Mistake("box.toml:1:1", "lacks 'cpus'", "add cpus = 2")),
    ("cpus = 2\nsustained_cpus = 3", Mistake("box.toml:3:18", "sustained_cpus 3 is more than cpus 2", "it is the part")),
    ("cpus = 2\nvisible_memory = \"3GiB\"", Mistake("box.toml:3:18", "is more than the memory", "it is what the kernel sees")),
    ("cpus = 2\nprice_usd_month = -5", Mistake("box.toml:3:19", "must be an amount of dollars", "as in price_usd_month =")),
    ("cpus = 2\ninstalled = { redis = \"x\" }", Mistake("box.toml:3:23", "installed.redis: 'x'", "numbers and dots")),
    ("cpus = 2\nname = \"../../etc\"", Mistake("box.toml:3:8", "'../../etc' is no name for a host", "a line without '/'")),
    ("cpus = 2\nname = \"a\\nb\"", Mistake("box.toml:3:8", "is no name for a host", "a line without '/'")),
    ("cpus = 2\nlayout = \"debain\"", Mistake("box.toml:3:10", "must be one of debian", "did you mean debian?")),
];

#[test]
fn a_profile_of_no_host() {
    let place = Place::new();
    let arguments = ["--profile", "box.toml", "--stack", "web"];
    for (memory, mistake) in MEMORY {
        place.write("box.toml", format!("cpus = 2\nmemory = {memory}\n"));
        assert_refused(&place, &arguments, mistake);
    }
    for (rest, mistake) in PROCESSORS {
        place.write("box.toml", format!("memory = \"2GiB\"\n{rest}\n"));
        assert_refused(&place, &arguments, mistake);
    }
}

const NAME: &str = "letters, digits, _ and -, 63 at most";

#[rustfmt::skip]
const STACKS: &[(&str, Mistake<'_>)] = &[
    ("# nothing\n", Mistake("stack.toml:1:1", "the stack has no services", "add [services.db]")),
    ("[services.\"../etc\"]\nkind = \"redis\"\n", Mistake("stack.toml:1:11", "'../etc' is no name", NAME)),
    ("[services.\"a/../../b\"]\nkind = \"redis\"\n", Mistake("stack.toml:1:11", "is no name", NAME)),
    ("[services.\"a\\u001b[2J\"]\nkind = \"redis\"\n", Mistake("stack.toml:1:11", "is no name", NAME)),
    ("[services.db\nkind = 1\n", Mistake("stack.toml:1:13", "unclosed table", "TOML has a line")),
    ("[services.db]\nkind = \"redis\"\nkind = \"redis\"\n", Mistake("stack.toml:3:1", "duplicate key", "TOML has a line")),
    ("[services.db]\nkind = \"redis\"\nfloor = 1\n", Mistake("stack.toml:3:9", "a size without a unit", UNIT)),
    ("[services.db]\nkind = \"redis\"\nuses = [\"db\"]\n", Mistake("stack.toml:3:9", "in a circle: db -> db", "take one")),
    ("[services.db]\nkind = \"redis\"\nuser = \"a b\"\n", Mistake("stack.toml:3:8", "user must be the name of an account", "it stands in paths")),
    ("[services.db]\nkind = \"redis\"\nuses = [\"a b:1\"]\n", Mistake("stack.toml:3:9", "'a b:1' is no host and port", "as in \"10.0.0.7:8080\"")),
    ("[services.w]\nkind = \"nginx\"\nupstreams = [\"http://localhost:3000/v1\"]\n", Mistake("stack.toml:3:14", "'http://localhost:3000/v1' is no host and port", "without a scheme and a path: \"localhost:3000\", or")),
    ("[services.w]\nkind = \"nginx\"\nupstreams = [\"https://localhost\"]\n", Mistake("stack.toml:3:14", "'https://localhost' is no host and port", "without a scheme, and with a port, as in")),
    ("directory = \"../x\"\nextends = \"web\"\n", Mistake("stack.toml:1:13", "directory must be an absolute path", "it stands in paths")),
];

#[test]
fn a_stack_that_is_none() {
    let arguments = [&ON[..], &["--stack", "stack.toml"]].concat();
    for (text, mistake) in STACKS {
        assert_refused(&Place::with_stack(text), &arguments, mistake);
    }
    let services = (0..1000).map(|n| format!("[services.s{n}]\nkind = \"process\"\n"));
    let many = services.collect::<Vec<_>>().concat();
    let mistake = Mistake(
        "stack.toml:1:1",
        "1000 services; at most 512",
        "state 'replicas'",
    );
    assert_refused(&Place::with_stack(&many), &arguments, &mistake);
    let long = format!("[services.{}]\nkind = \"redis\"\n", "n".repeat(300));
    let mistake = Mistake("stack.toml:1:11", "is no name for a service", NAME);
    assert_refused(&Place::with_stack(&long), &arguments, &mistake);
}
