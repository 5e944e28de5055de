//! Every piece of advice is true: for every bundled stack on twenty small
//! hosts, its lines are written into a tune.toml, read and planned again, and
//! what it said is what there is.
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use hosttune::catalog;
use hosttune::host::Host;
use hosttune::input::{Problem, Source, Spot};
use hosttune::plan::advice::{Action, Advice, advise, room};
use hosttune::plan::{Plan, Planned, Unfit, plan};
use hosttune::services;
use hosttune::stack::{self, BUNDLED, Stack};
use hosttune::units::{Bytes, Money};

const HOSTS: &[&str] = &[
    "t2.nano",
    "t2.micro",
    "t2.small",
    "t2.medium",
    "t3.nano",
    "t3.micro",
    "t3.small",
    "t3.medium",
    "t3a.nano",
    "t3a.micro",
    "t3a.small",
    "t4g.nano",
    "t4g.micro",
    "t4g.small",
    "e2-highcpu-2",
    "e2-highcpu-4",
    "fargate-256-512",
    "fargate-256-1024",
    "fargate-512-1024",
    "fargate-1024-2048",
];

/// A stack of one key, and what stands beside it as `tune.toml`.
fn read(written: &str) -> Stack {
    laid_over("tune.toml", written, "")
}

/// A file as a person has it who wrote the advice beside `tune.toml`.
fn laid_over(name: &str, text: &str, beside: &str) -> Stack {
    let source = Source::new(name, text);
    let loader = |name: &str, spot: &Spot| match name {
        "./tune.toml" => Ok(Source::new("./tune.toml", beside)),
        _ => Err(Problem::at(spot, format!("no file {name}"))),
    };
    let tree = stack::load(&source, &loader).unwrap();
    let at = Spot::new(&source, 0..0);
    stack::from_tree("tune", &at, &tree, &services::schemas()).unwrap()
}

fn assert_true(advice: &Advice, host: &Host, written: &str, before: &Plan) {
    let stack = laid_over("less.toml", &advice.toml, written);
    let (profile, _) = stack.profile.clone().unwrap();
    let mut then_host = catalog::find(&profile).unwrap();
    if let Some((spot, tree)) = &stack.host {
        then_host = hosttune::host::from_tree(tree, &profile, spot, Some(&then_host)).unwrap();
    }
    let then = plan(&then_host, &stack, Unfit::Refuse).unwrap();
    let text = &advice.toml;
    let what = format!("{written} on {}: {:?}\n{text}", host.name, advice.action);
    assert_eq!(then.fits, advice.fits, "{what}");
    assert_eq!(then.short, advice.short_bytes, "{what}");
    assert_eq!(then.wanted, advice.wanted_bytes, "{what}");
    assert_eq!(then.divisible, advice.divisible_bytes, "{what}");
    let less = before.wanted.less(then.wanted);
    let more = then_host.usable_memory().less(host.usable_memory());
    assert_eq!(advice.bytes, less.plus(more), "{what}");
    // Another host of the same size may only be cheaper.
    assert!(
        advice.bytes > Bytes::ZERO || advice.price_usd_month < host.price,
        "{what}"
    );
    assert_eq!(advice.price_usd_month, then_host.price, "{what}");
    assert_eq!(
        advice.profile.as_deref().unwrap_or(&host.name),
        then_host.name
    );
    match advice.action {
        Action::Upgrade if advice.profile.is_some() => assert_eq!(then_host.arch, host.arch),
        Action::Drop => assert!(
            advice
                .services
                .iter()
                .all(|name| then.service(name).is_none())
        ),
        _ => {}
    }
    for part in &advice.parts {
        assert_true(part, host, written, before);
    }
}

/// The least that a host costs on which the stack fits, with as many of its
/// optional services dropped as are needed, found by trying every host.
fn cheapest(host: &Host, stack: &Stack) -> Option<Money> {
    let mut optional: Vec<_> = stack
        .services
        .values()
        .filter(|spec| spec.optional)
        .collect();
    optional.sort_by_key(|spec| (spec.drop_order.unwrap_or(u64::MAX), &spec.name));
    let names: Vec<String> = optional.iter().map(|spec| spec.name.clone()).collect();
    let least = stack.without(&names, &services::schemas());
    let enough = |other: &Host| {
        let no_less = other.memory >= host.memory && other.cpus >= host.cpus;
        no_less && other.sustained() >= host.sustained()
    };
    let fits = |other: &Host| plan(other, &least, Unfit::Refuse).unwrap().fits;
    // They rise in price: the first is the cheapest.
    let mut others = catalog::alternatives(host)
        .into_iter()
        .map(|offer| catalog::find(offer.name).unwrap());
    let other = others.find(|other| enough(other) && fits(other));
    let here = fits(host).then(|| host.clone());
    other
        .into_iter()
        .chain(here)
        .filter_map(|host| host.price)
        .min()
}

#[test]
fn every_piece_of_advice_is_true_when_it_is_followed() {
    let (mut unfit, mut pieces) = (0, 0);
    for (name, _) in BUNDLED {
        let written = format!("extends = \"{name}\"");
        let stack = read(&written);
        for host in HOSTS {
            let host = catalog::find(host).unwrap();
            let before = plan(&host, &stack, Unfit::Refuse).unwrap();
            let advice = advise(&host, &stack).unwrap();
            assert_eq!(advice.is_empty(), before.fits, "{name} on {}", host.name);
            unfit += usize::from(!before.fits);
            for piece in &advice {
                assert_true(piece, &host, &written, &before);
                pieces += 1;
            }
            if before.fits {
                continue;
            }
            let upgrades = advice
                .iter()
                .filter(|piece| piece.action == Action::Upgrade);
            let prices: Vec<_> = upgrades
                .map(|piece| piece.price_usd_month.unwrap())
                .collect();
            assert!(
                !prices.is_empty() && prices.is_sorted(),
                "{name} on {}",
                host.name
            );
            let enough = advice.iter().filter(|piece| piece.fits);
            let best = enough.map(|piece| piece.price_usd_month.unwrap()).min();
            assert_eq!(best, cheapest(&host, &stack), "{name} on {}", host.name);
        }
    }
    assert!(unfit >= 30, "{unfit} of the plans do not fit");
    assert!(
        pieces >= 4 * unfit,
        "{pieces} pieces of advice for {unfit} plans"
    );
}

/// The figures of the document that the stack comes from.
#[test]
fn microservices_on_a_t2_micro() {
    let stack = read("extends = \"microservices\"");
    let host = catalog::find("t2.micro").unwrap();
    let before = plan(&host, &stack, Unfit::Refuse).unwrap();
    assert_eq!(before.wanted, Bytes::mib(3180));
    assert!(!before.fits);
    let advice = advise(&host, &stack).unwrap();
    let of = |action| advice.iter().find(|piece| piece.action == action).unwrap();
    assert_eq!(of(Action::Shrink).bytes, Bytes::mib(1068));
    assert!(!of(Action::Shrink).fits);
    assert_eq!(of(Action::Drop).services, ["flower", "executor"]);
    assert!(of(Action::Upgrade).fits);
    let combine = of(Action::Combine);
    assert!(combine.price_usd_month < of(Action::Upgrade).price_usd_month);
    assert_eq!(combine.parts.len(), 2);
}

/// Stacks as people write them: tables, a profile, pins, replicas, what runs
/// elsewhere, what is strict.
const WRITTEN: &[&str] = &[
    "profile = \"t3.small\"\n\n[services.db]\nkind = \"postgresql\"\nmemory = \"1800MiB\"\n\
     [services.api]\nkind = \"node\"\nuses = [\"db\"]\n",
    "profile = \"t3.small\"\n[services.api]\nkind = \"node\"\nwant = \"900MiB\"\nstrict = true\n\
     replicas = 3\n[services.x]\nkind = \"process\"\nwant = \"64MiB\"\noptional = true\n",
    "profile = \"t3.nano\"\n[services.rds]\nkind = \"postgresql\"\nexternal = true\n\
     address = \"db.example.com:5432\"\nconnections = 100\n[services.api]\nkind = \"gunicorn\"\n\
     uses = [\"rds\"]\nfloor = \"400MiB\"\n[services.agent]\nkind = \"process\"\n\
     memory = \"200MiB\"\noptional = true\ndrop_order = 2\n",
    "profile = \"t3.micro\"\nextends = \"microservices\"\ndrop = [\"flower\"]\n\
     [services.redis]\nmemory = \"500MiB\"\n",
];

#[test]
fn advice_is_true_of_stacks_as_people_write_them() {
    for written in WRITTEN {
        let stack = read(written);
        let (profile, _) = stack.profile.clone().unwrap();
        let host = catalog::find(&profile).unwrap();
        let before = plan(&host, &stack, Unfit::Refuse).unwrap();
        assert!(!before.fits, "{written}");
        let advice = advise(&host, &stack).unwrap();
        assert!(advice.iter().any(|piece| piece.fits), "{written}");
        for piece in &advice {
            assert_true(piece, &host, written, &before);
        }
    }
}

/// Nobody gives up more than what makes it fit.
#[test]
fn a_mixture_shrinks_as_few_as_are_needed_and_only_as_far() {
    let written = "profile = \"t3.small\"\n\
                   [services.a]\nkind = \"process\"\nmemory = \"900MiB\"\nfloor = \"100MiB\"\n\
                   [services.b]\nkind = \"process\"\nmemory = \"864MiB\"\nfloor = \"100MiB\"\n";
    let advice = advise(&catalog::find("t3.small").unwrap(), &read(written)).unwrap();
    let combine = advice.iter().find(|piece| piece.action == Action::Combine);
    let combine = combine.unwrap();
    assert!(combine.fits);
    assert_eq!(combine.services, ["a"]);
    assert!(combine.bytes <= Bytes::mib(100), "{combine:?}");
}

/// A pin and a strict want are what can be lowered so that it fits.
#[test]
fn a_pin_is_named_and_lowered_to_what_its_service_can_run_in() {
    let written = "[services.db]\nkind = \"postgresql\"\nmemory = \"1GiB\"\n\
                   [services.api]\nkind = \"node\"\nwant = \"1GiB\"\nstrict = true\n";
    let stack = read(written);
    let host = catalog::find("t3.small").unwrap();
    let advice = advise(&host, &stack).unwrap();
    let shrink = advice
        .iter()
        .find(|piece| piece.action == Action::Shrink)
        .unwrap();
    assert_eq!(shrink.services, ["api", "db"]);
    assert!(
        shrink.toml.contains("[services.db]\nmemory = "),
        "{}",
        shrink.toml
    );
    assert!(
        shrink.toml.contains("[services.api]\nwant = "),
        "{}",
        shrink.toml
    );
    assert!(shrink.fits);
    let each: Vec<_> = shrink
        .parts
        .iter()
        .map(|part| part.services.as_slice())
        .collect();
    assert_eq!(each, [["api"], ["db"]]);
    let combine = advice
        .iter()
        .find(|piece| piece.action == Action::Combine)
        .unwrap();
    assert!(combine.price_usd_month <= host.price, "the host can stay");
}

/// Every bundled stack on every host, where it fits.
fn fitting() -> impl Iterator<Item = (Stack, Host, Plan)> {
    let pairs = BUNDLED
        .iter()
        .flat_map(|(name, _)| HOSTS.iter().map(move |host| (name, host)));
    pairs.filter_map(|(name, host)| {
        let stack = read(&format!("extends = \"{name}\""));
        let host = catalog::find(host).unwrap();
        let plan = plan(&host, &stack, Unfit::Refuse).unwrap();
        plan.fits.then_some((stack, host, plan))
    })
}

fn planned_on(profile: &str, stack: &Stack) -> Plan {
    plan(&catalog::find(profile).unwrap(), stack, Unfit::Refuse).unwrap()
}

fn is_cut(planned: &Planned) -> bool {
    !planned.external && planned.limit < Some(planned.stake.want)
}

#[test]
fn what_fits_says_whose_want_is_cut_and_what_more_memory_brings() {
    for (stack, host, now) in fitting() {
        let room = room(&host, &stack, &now).unwrap();
        let cut = now.services.iter().filter(|planned| is_cut(planned));
        assert_eq!(room.cut.len(), cut.count());
        let more = |bytes: Bytes| bytes.plus(Bytes::mib(256));
        let mut larger = host.clone();
        larger.memory = more(larger.memory);
        larger.visible_memory = larger.visible_memory.map(more);
        larger.memory_limit = larger.memory_limit.map(more);
        let then = plan(&larger, &stack, Unfit::Refuse).unwrap();
        for gain in &room.next_256_mib {
            let limit = |plan: &Plan| plan.service(&gain.service).unwrap().limit.unwrap();
            assert_eq!(limit(&now).plus(gain.bytes), limit(&then), "{}", host.name);
        }
        let gained: Bytes = room.next_256_mib.iter().map(|gain| gain.bytes).sum();
        assert!(gained <= Bytes::mib(256));
    }
}

#[test]
fn what_fits_names_the_cheapest_host_for_every_want_and_what_a_smaller_one_costs() {
    let mut smaller_ones = 0;
    for (stack, host, now) in fitting() {
        let room = room(&host, &stack, &now).unwrap();
        let uncut = room.uncut.unwrap();
        let there = planned_on(&uncut.profile, &stack);
        assert!(!there.services.iter().any(is_cut), "{}", uncut.profile);
        assert_eq!(uncut.here, uncut.profile == host.name);
        let Some(smaller) = room.smaller else {
            continue;
        };
        smaller_ones += 1;
        let there = planned_on(&smaller.profile, &stack);
        assert_eq!(
            (there.fits, there.short),
            (smaller.fits, smaller.short_bytes)
        );
        let cut = there
            .services
            .iter()
            .filter(|planned| there.fits && is_cut(planned));
        assert_eq!(cut.count(), smaller.cut.len());
        assert!(smaller.price_usd_month < host.price);
    }
    assert!(smaller_ones > 20, "{smaller_ones}");
}
