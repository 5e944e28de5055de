//! `--to-profile`.

use crate::Place;

#[test]
fn another_host_changes_what_it_has_more_of() {
    let place = Place::new();
    let words = [
        "diff",
        "--stack",
        "web",
        "--profile",
        "t3.small",
        "--to-profile",
    ];
    let ran = place.tune(&[&words[..], &["t3.medium"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.has("t3.medium") && ran.has("t3.small"), "{}", ran.out);
    assert!(
        ran.has("/etc/nginx/conf.d/90-tune-nginx.conf"),
        "{}",
        ran.out
    );
    let ran = place.tune(&[&words[..], &["t3.small"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let ran = place.tune(&[&words[..], &["t3.smal"]].concat());
    assert!(
        ran.code == 2 && ran.err.contains("did you mean t3.small"),
        "{}",
        ran.err
    );
    let ran = place.tune(&[&words[..], &["t3.small", "--git", "HEAD"]].concat());
    assert!(
        ran.code == 2 && ran.err.contains("cannot be used with"),
        "{}",
        ran.err
    );
}

/// What does not fit there is no upgrade.
#[test]
fn a_host_that_is_too_small_is_refused() {
    let place = Place::new();
    let words = ["diff", "--stack", "microservices", "--profile", "t3.medium"];
    let ran = place.tune(&[&words[..], &["--to-profile", "t3.nano"]].concat());
    assert!(
        ran.code == 2 && ran.err.contains("does not fit t3.nano"),
        "{}",
        ran.err
    );
}
