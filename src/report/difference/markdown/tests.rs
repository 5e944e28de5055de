//! That a page is well formed, never too long, and says first what matters.

use std::collections::BTreeMap;

use proptest::prelude::*;
use pulldown_cmark::{Options, Parser, html};

use super::*;
use crate::catalog;
use crate::diff::Shadow;
use crate::diff::{Old, ShadowKind, Was};
use crate::input::{Problem, Spot};
use crate::plan::Plan;
use crate::plan::{Severity, Unfit, plan};
use crate::report::difference::made;
use crate::report::difference::page::MOST;
use crate::{services, stack};

fn planned(stack: &str, host: &str) -> Plan {
    let source = stack::bundled(stack).unwrap();
    let none = |name: &str, spot: &Spot| Err(Problem::at(spot, name));
    let tree = stack::load(&source, &none).unwrap();
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree(stack, &at, &tree, &services::schemas()).unwrap();
    plan(&catalog::find(host).unwrap(), &stack, Unfit::Refuse).unwrap()
}

/// As a browser gets it.
fn to_html(page: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(page, options));
    out
}

/// How often each tag stands in a page, of which each that is opened is
/// closed where it must be; and the texts between them.
fn tags(html: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let (mut open, mut seen, mut texts) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        texts.push(text.to_owned());
        if let Some(tail) = tail.strip_prefix("!-- -->") {
            rest = tail;
            continue;
        }
        let (tag, tail) = tail.split_once('>').unwrap();
        rest = tail;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{html}");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap().to_owned();
        *seen.entry(name.clone()).or_insert(0) += 1;
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}\n{html}");
    texts.push(rest.to_owned());
    (seen, texts)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a page is recorded in a file")]
fn all_there_is() {
    let page = markdown(&made::review(&made::differences()));
    assert!(!page.contains("hunter"), "{page}");
    snapbox::assert_data_eq!(page, snapbox::file!["../made/markdown.md"]);
}

#[test]
fn it_is_well_formed() {
    let found = made::differences();
    let (seen, _) = tags(&to_html(&markdown(&made::review(&found))));
    // Three services and the files.
    assert_eq!(seen["details"], 4);
    assert_eq!(seen["table"], 4);
    let rows = found.changes().count() + found.files.len();
    assert_eq!(seen["tr"], rows + 4);
    assert_eq!(
        seen["td"],
        found.changes().count() * 7 + found.files.len() * 3
    );
}

#[test]
fn the_first_line_is_a_verdict() {
    let found = made::differences();
    let (small, large) = (planned("web", "t3.small"), planned("web", "t3.large"));
    let review = Review {
        plan: Some(&large),
        before: Some(&small),
        ..made::review(&found)
    };
    let page = markdown(&review);
    let first = page.lines().next().unwrap();
    assert!(first.starts_with("**Fits t3.large, "), "{first}");
    assert!(first.contains(" free with all at worst; "), "{first}");
    assert!(
        first.contains("; 6 settings change, 2 of them without effect; "),
        "{first}"
    );
    assert!(
        first.contains("restart 1: db; reload 1: db; command 1: system; "),
        "{first}"
    );
    assert!(first.contains("; +45.55 USD a month (60.74)"), "{first}");
    assert_eq!(
        cost(&Review {
            before: Some(&large),
            ..review
        }),
        None
    );
}

#[test]
fn checks_that_failed_before_are_not_new() {
    let found = Differences::default();
    let (before, mut after) = (planned("web", "t3.small"), planned("web", "t3.small"));
    after.findings.push(Finding {
        id: "never-before",
        severity: Severity::Warning,
        message: "ask @team | <b>".to_owned(),
        help: "help".to_owned(),
        services: Vec::new(),
        at: None,
        silenced: None,
    });
    let review = Review {
        plan: Some(&after),
        before: Some(&before),
        ..made::review(&found)
    };
    let new = newly_failing(&review);
    assert_eq!(new.len(), 1);
    let page = markdown(&review);
    assert!(page.contains("; 1 check newly fails"), "{page}");
    assert!(page.contains("`never-before`: ask "), "{page}");
    assert!(!page.contains("@team"), "{page}");
    assert!(newly_failing(&made::review(&found)).is_empty());
}

fn hostile() -> impl Strategy<Value = String> {
    let odd = "[|`<>&@#*_~\\[\\]\\\\!\n\r\t\u{1b}\u{202e}a-c :/.0-9é-]{0,20}";
    prop_oneof![
        odd.prop_map(String::from),
        Just("</details>".to_owned()),
        Just("<script>x</script>".to_owned()),
        Just("@octocat and #1".to_owned()),
        Just("a\\|b".to_owned()),
        Just("https://example.org www.example.org".to_owned()),
        Just("x".repeat(5_000)),
    ]
}

fn differences() -> impl Strategy<Value = Differences> {
    let one = (
        hostile(),
        hostile(),
        hostile(),
        hostile(),
        hostile(),
        0..4u8,
    );
    let many = prop_oneof![Just(1usize), Just(40), Just(1_000)];
    (prop::collection::vec(one, 0..6), many).prop_map(|(all, times)| {
        let mut found = made::differences();
        found.settings.clear();
        for (service, path, key, value, other, n) in all.iter().cycle().take(all.len() * times) {
            let mut setting = made::setting(service, path);
            setting.key.clone_from(key);
            setting.old = Old::File {
                value: value.clone(),
                file: path.clone(),
                line: 1,
            };
            setting.new = Some(other.clone());
            setting.why.clone_from(other);
            if *n > 1 {
                setting.shadows = vec![Shadow {
                    by: path.clone(),
                    line: 2,
                    value: value.clone(),
                    kind: if *n > 2 {
                        ShadowKind::Wins
                    } else {
                        ShadowKind::Inside(key.clone())
                    },
                }];
            }
            found.settings.push(setting);
            found.files.push(made::file(path, Was::Nothing, b"x"));
        }
        found
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn it_is_never_too_long_and_nothing_breaks_out(found in differences()) {
        let mut review = made::review(&found);
        review.title = found.files.last().unwrap().path.clone();
        let page = markdown(&review);
        prop_assert!(page.len() <= MOST, "{}", page.len());
        let (seen, texts) = tags(&to_html(&page));
        let known = [
            "p", "strong", "h3", "ul", "li", "code", "details", "summary", "table", "thead",
            "tbody", "tr", "th", "td",
        ];
        for tag in seen.keys() {
            prop_assert!(known.contains(&tag.as_str()), "{}", tag);
        }
        let called = |text: &String| text.contains("@o") || text.contains("@a");
        let in_code = to_html(&page).matches("<code>@octocat").count();
        prop_assert!(texts.iter().filter(|text| called(text)).count() >= in_code);
        let columns = seen.get("td").copied().unwrap_or_default();
        let heads = seen.get("th").copied().unwrap_or_default();
        let rows = seen.get("tr").copied().unwrap_or_default();
        let tables = seen.get("table").copied().unwrap_or_default();
        prop_assert_eq!(seen.get("details").copied().unwrap_or_default(), tables);
        // The tables of settings have seven columns, that of the files three.
        let files = (heads % 7 == 3).then(|| found.files.iter().filter(|file| file.is_change()).count());
        prop_assert!(heads == 7 * tables || heads == 7 * (tables - 1) + 3);
        prop_assert!(columns <= 7 * (rows - tables) && columns >= 3 * (rows - tables));
        prop_assert!(files.is_none_or(|files| files > 0));
        let cut = found.changes().count() + found.files.len() > rows - tables;
        prop_assert!(!cut || page.contains("Left out, for the page would be too long"));
    }
}
