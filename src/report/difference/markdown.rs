//! For a pull request: a verdict in the first line, what has no effect and what
//! newly fails in sight, the settings folded service by service. Never longer
//! than a comment may be.

use std::collections::BTreeSet;

use super::counts::{Counts, free, needs, needs_in_short};
use super::page::{Page, code, said};
use super::summary::by_service;
use super::words::{Labels, Places, count, growth, new, old, why};
use super::{Review, checks, files, shadows};
use crate::diff::{Differences, FileDifference, SettingDifference, Shadow};
use crate::plan::{Finding, Plan};
use crate::report::mib;
use crate::setting::Activation;
use crate::units::{Bytes, Money, MoneyChange};

/// Parts in a hundred of the room left that a list may take, so that no long
/// one takes it all.
const SHARE: usize = 30;

/// The whole page.
pub fn markdown(review: &Review<'_>) -> String {
    let found = review.differences;
    let mut page = Page::default();
    let mut left_out = Vec::new();
    page.add(&format!("**{}**\n\n", verdict(review)));
    page.add(&format!("{}\n\n", said(&review.title)));
    list(&mut page, &mut left_out, "needs", &needed(found));
    let [total, partial] = shadows::lost(found);
    list(
        &mut page,
        &mut left_out,
        "settings without effect",
        &lost(&total),
    );
    list(
        &mut page,
        &mut left_out,
        "settings not in effect everywhere",
        &lost(&partial),
    );
    list(
        &mut page,
        &mut left_out,
        "checks that newly fail",
        &checks::points(newly_failing(review).into_iter()),
    );
    list(
        &mut page,
        &mut left_out,
        "checks that fail in the files that are there",
        &checks::points(checks::heard(found)),
    );
    list(&mut page, &mut left_out, "files not read", &troubles(found));
    let tables: usize = tables(found, &mut page);
    if tables > 0 {
        left_out.push(count(tables, "setting"));
    }
    let files = file_table(found, &mut page);
    if files > 0 {
        left_out.push(count(files, "file"));
    }
    page.end(&left_out)
}

/// Whether it fits, what changes, whom it stops, what it costs: in a line.
fn verdict(review: &Review<'_>) -> String {
    let found = review.differences;
    let mut parts = Vec::new();
    if let Some(plan) = review.plan {
        let host = said(&plan.host.name);
        parts.push(if plan.fits {
            format!("Fits {host}, {}", room(review, plan))
        } else {
            format!("Does not fit {host}, {} short", plan.short)
        });
    }
    let counts = Counts::of(found);
    parts.push(counts.sentence());
    if let Some(needs) = needs_in_short(found) {
        parts.push(said(&needs));
    }
    parts.extend(cost(review).map(
        |change| match review.plan.and_then(|plan| plan.host.price) {
            Some(price) => format!("{change} USD a month ({price})"),
            None => format!("{change} USD a month"),
        },
    ));
    match newly_failing(review).len() {
        0 => {}
        1 => parts.push("1 check newly fails".to_owned()),
        n => parts.push(format!("{n} checks newly fail")),
    }
    match checks::heard(found).count() {
        0 => {}
        1 => parts.push("1 check fails in the files that are there".to_owned()),
        n => parts.push(format!("{n} checks fail in the files that are there")),
    }
    if counts.troubles > 0 {
        parts.push(format!("{} not read", count(counts.troubles, "file")));
    }
    let line = parts.join("; ");
    let mut chars = line.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

/// By how much it fits: what nobody is given, or where all is given what is
/// above that which the services cannot run below.
fn room(review: &Review<'_>, plan: &Plan) -> String {
    match free(review) {
        Some(free) if free > Bytes::ZERO => format!("{} free", mib(free)),
        _ => {
            let local = plan.services.iter().filter(|planned| !planned.external);
            let floors: Bytes = local.map(|planned| planned.stake.floor).sum();
            format!("{} above its floors", mib(plan.divisible.less(floors)))
        }
    }
}

/// What the host costs more than before, where another plan is compared.
pub(super) fn cost(review: &Review<'_>) -> Option<MoneyChange> {
    let (before, plan) = (review.before?, review.plan?);
    let change = MoneyChange::between(before.host.price?, plan.host.price?);
    let is_other = before.host.name != plan.host.name;
    (is_other || change.size() > Money::default()).then_some(change)
}

/// Checks that fail and did not before, where another plan is compared.
pub(super) fn newly_failing<'a>(review: &Review<'a>) -> Vec<&'a Finding> {
    let (Some(before), Some(plan)) = (review.before, review.plan) else {
        return Vec::new();
    };
    let known: BTreeSet<&str> = before.findings.iter().map(|finding| finding.id).collect();
    let new = |finding: &&Finding| !known.contains(finding.id);
    plan.findings.iter().filter(new).collect()
}

/// Points below a heading, as many as its share of the page holds.
fn list(page: &mut Page, left_out: &mut Vec<String>, title: &str, points: &[String]) {
    if points.is_empty() {
        return;
    }
    let most = page.share(SHARE);
    let mut heading = title.chars();
    let first = heading.next().map(|c| c.to_ascii_uppercase());
    let heading: String = first.into_iter().chain(heading).collect();
    page.add(&format!("### {heading}\n\n"));
    let mut points = points.iter();
    let rest = points
        .by_ref()
        .position(|point| !page.add_up_to(&format!("- {point}\n"), most));
    if rest.is_some() {
        left_out.push(format!("{} of {title}", points.len() + 1));
    }
    page.add("\n");
}

fn needed(found: &Differences) -> Vec<String> {
    let needs = needs(found);
    let each = needs.iter().map(|(need, services)| {
        let named: Vec<String> = services
            .iter()
            .take(50)
            .map(|(service, n)| format!("{} ({})", code(service), count(*n, "setting")))
            .collect();
        format!("{}: {}", need.word(), named.join(", "))
    });
    each.collect()
}

fn lost(all: &[(&SettingDifference, &Shadow)]) -> Vec<String> {
    let each = all.iter().map(|(setting, shadow)| {
        let set = format!("{} = {}", setting.key, new(setting));
        let sentence = said(&shadows::sentence(setting, shadow));
        format!("{} of {}: {sentence}", code(&set), code(&setting.service))
    });
    each.collect()
}

fn troubles(found: &Differences) -> Vec<String> {
    let each = found.troubles.iter();
    each.map(|trouble| said(&trouble.to_string())).collect()
}

const DETAILS_END: &str = "\n</details>\n\n";

/// A folded table for each service; gives the number of settings left out.
fn tables(found: &Differences, page: &mut Page) -> usize {
    let places = Places::of(found);
    let mut left_out = 0;
    for (service, changes) in by_service(found) {
        let summary = format!("{}: {}", said(service), count(changes.len(), "setting"));
        let head = format!(
            "<details><summary>{summary}</summary>\n\n\
             | setting | old | new | | from | needs | why |\n|---|---|---|---|---|---|---|\n"
        );
        if !page.open(&head, DETAILS_END) {
            left_out += changes.len();
            continue;
        }
        let labels = Labels::of(&changes, &places);
        let rows = changes.iter();
        let shown = rows
            .take_while(|change| page.add(&row(change, &labels, &places)))
            .count();
        left_out += changes.len().saturating_sub(shown);
        page.close(DETAILS_END);
    }
    left_out
}

fn row(change: &SettingDifference, labels: &Labels<'_>, places: &Places) -> String {
    let lost = if shadows::is_lost(change) {
        "**no effect** "
    } else {
        ""
    };
    let growth = change.delta.filter(|_| !change.secret).map(growth);
    let needs = change.needs.filter(|needs| *needs != Activation::Immediate);
    let needs = needs.map(Activation::text).unwrap_or_default();
    let from = match places.old(change) {
        from if from.is_empty() => from,
        from => code(&from),
    };
    let cells = [
        code(&labels.label(change)),
        code(&old(change)),
        code(&new(change)),
        format!("{lost}{}", growth.unwrap_or_default())
            .trim()
            .to_owned(),
        from,
        needs.to_owned(),
        said(why(change)),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// The files, folded; gives the number of those left out.
fn file_table(found: &Differences, page: &mut Page) -> usize {
    let shown = |file: &&FileDifference| file.is_change() || !file.kept.is_empty();
    let all: Vec<_> = found.files.iter().filter(shown).collect();
    if all.is_empty() {
        return 0;
    }
    let summary = count(all.len(), "file");
    let head = format!("<details><summary>{summary}</summary>\n\n| file | | |\n|---|---|---|\n");
    if !page.open(&head, DETAILS_END) {
        return all.len();
    }
    let rows = all.iter();
    let shown = rows
        .take_while(|file| page.add(&file_row(found, file)))
        .count();
    page.close(DETAILS_END);
    all.len().saturating_sub(shown)
}

fn file_row(found: &Differences, file: &FileDifference) -> String {
    let mut remarks = files::remarks(found, file);
    remarks.extend(file.kept.iter().map(|kept| {
        let (reason, help) = (&kept.refused.reason, &kept.refused.help);
        format!("{} stays as it is: {reason}; {help}", kept.key)
    }));
    let remarks: Vec<String> = remarks.iter().map(|remark| said(remark)).collect();
    let (path, state) = (code(&file.path), files::state(file));
    format!("| {path} | {state} | {} |\n", remarks.join("; "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use pulldown_cmark::{Options, Parser, html};

    use super::super::page::MOST;
    use super::*;
    use crate::catalog;
    use crate::diff::{Old, ShadowKind, Was};
    use crate::input::{Problem, Spot};
    use crate::plan::{Severity, Unfit, plan};
    use crate::report::difference::made;
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
    fn all_there_is() {
        let page = markdown(&made::review(&made::differences()));
        assert!(!page.contains("hunter"), "{page}");
        snapbox::assert_data_eq!(page, snapbox::file!["made/markdown.md"]);
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
        assert!(
            first.contains("; 6 settings change, 2 of them without effect; "),
            "{first}"
        );
        assert!(first.contains("1 restart: db; "), "{first}");
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
            for (service, path, key, value, other, n) in all.iter().cycle().take(all.len() * times)
            {
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
}
