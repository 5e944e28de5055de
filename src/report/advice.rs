//! What to do about a plan, for a terminal: advice where it does not fit, and
//! where it is tight where it does.

use std::fmt::Write as _;

use super::text::mib_up;
use super::wrap::wrap;
use super::{Counsel, Look};
use crate::plan::advice::{Action, Advice, Burst, Cut, Mode, Room, Smaller, Uncut};
use crate::units::{Bytes, Money, MoneyChange};

/// Gains that are named.
const GAINS: usize = 4;

/// Rounded up: what is short is never said to be less.
fn mib(bytes: Bytes) -> String {
    format!("{} MiB", mib_up(bytes))
}

/// All of it, under its heading.
pub(super) fn write(counsel: &Counsel, look: &Look<'_>, out: &mut String) {
    if !counsel.advice.is_empty() {
        let _ = writeln!(out, "\n{}", (look.heading)("what to do"));
        for advice in in_order(counsel) {
            piece(advice, look, out);
        }
        if let Some(remark) = &counsel.remark {
            wrap(out, "  ", remark, look.width);
        }
    }
    let lines = lines(counsel);
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{}", (look.heading)("room"));
    }
    for line in lines {
        wrap(out, "  ", &line, look.width);
    }
}

/// What is enough before what is not, the cheapest first.
pub(super) fn in_order(counsel: &Counsel) -> Vec<&Advice> {
    let mut pieces: Vec<&Advice> = counsel.advice.iter().collect();
    pieces.sort_by_key(|piece| (!piece.fits, piece.fits.then_some(piece.price_usd_month)));
    pieces
}

fn piece(advice: &Advice, look: &Look<'_>, out: &mut String) {
    let label = format!("  {} ", advice.action.name());
    wrap(out, &label, &sentence(advice), look.width);
    for line in advice.toml.lines() {
        let _ = writeln!(out, "{}", format!("      {line}").trim_end());
    }
}

/// What is done, what it brings, and whether it is enough.
pub(super) fn sentence(advice: &Advice) -> String {
    let what = match advice.action {
        Action::Shrink => format!(
            "to what cannot run below: {} less wanted",
            mib(advice.bytes)
        ),
        Action::Drop => format!(
            "{}: {} less wanted",
            advice.services.join(", "),
            mib(advice.bytes)
        ),
        Action::Upgrade => upgrade(advice),
        Action::Combine => {
            let parts: Vec<String> = advice.parts.iter().map(part).collect();
            let cost = price(advice.price_usd_month, advice.usd_month);
            format!("{}{cost}", parts.join(" and "))
        }
    };
    let cut = advice.wanted_bytes.less(advice.divisible_bytes);
    let shrinks = |advice: &&Advice| advice.action == Action::Shrink;
    let shrunk = advice.parts.iter().find(shrinks);
    let lost = match (advice.action, shrunk) {
        (Action::Combine, Some(shrunk)) => cut.plus(shrunk.bytes),
        _ => cut,
    };
    let then = match (advice.fits, advice.action) {
        (false, _) => format!("still {} short", mib(advice.short_bytes)),
        (true, Action::Shrink) if lost == Bytes::ZERO => "fits".to_owned(),
        (true, Action::Drop) if lost == Bytes::ZERO => "fits, the rest as wanted".to_owned(),
        (true, _) if lost == Bytes::ZERO => "fits as wanted".to_owned(),
        (true, _) => format!("fits, with {} of the wants given up", mib(lost)),
    };
    format!("{what}; {then}")
}

fn upgrade(advice: &Advice) -> String {
    let profile = advice.profile.as_deref().unwrap_or_default();
    let cost = price(advice.price_usd_month, advice.usd_month);
    format!("to {profile}: {} more{cost}", mib(advice.bytes))
}

fn part(advice: &Advice) -> String {
    match advice.action {
        Action::Upgrade => {
            let profile = advice.profile.as_deref().unwrap_or_default();
            format!("upgrade to {profile}")
        }
        _ => format!("{} {}", advice.action.name(), advice.services.join(", ")),
    }
}

/// `, $30.37/month (+21.90)`; nothing where no price is known.
fn price(price: Option<Money>, change: Option<MoneyChange>) -> String {
    let Some(price) = price else {
        return String::new();
    };
    match change.filter(|change| change.size() > Money::default()) {
        Some(change) => format!(", ${price}/month ({change})"),
        None => format!(", ${price}/month"),
    }
}

/// Where it is tight and what bursts cost, a sentence each.
pub(super) fn lines(counsel: &Counsel) -> Vec<String> {
    let mut lines = counsel.room.as_ref().map(tight).unwrap_or_default();
    lines.extend(counsel.burst.as_ref().map(burst));
    lines
}

fn burst(burst: &Burst) -> String {
    let (above, always) = (burst.above_cpus, burst.sustained_cpus);
    let cost = burst
        .usd_month
        .map(|all| all.to_string())
        .unwrap_or_default();
    let what = match burst.mode {
        Mode::Billed => format!("is billed: ${cost} a month for all {above}, busy all the time"),
        Mode::Throttled => format!(
            "ends with the credits; in unlimited mode all {above}, busy all the time, cost ${cost} a month"
        ),
        Mode::Unpromised => "costs nothing, and is there while neighbours leave room".to_owned(),
        Mode::Unknown => "is not there all the time".to_owned(),
    };
    let mut most: Vec<_> = burst.services.iter().collect();
    most.sort_by_key(|part| (std::cmp::Reverse(part.cpus), &part.service));
    let mut parts: Vec<String> = most
        .iter()
        .take(GAINS)
        .filter_map(|part| Some(format!("{} ${}", part.service, part.usd_month?)))
        .collect();
    if !parts.is_empty() && most.len() > GAINS {
        parts.push(format!("{} more", most.len() - GAINS));
    }
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!("; of that, at their share: {}", parts.join(", "))
    };
    format!("use above {always} CPUs together {what}{parts}")
}

fn tight(room: &Room) -> Vec<String> {
    let mut lines = Vec::new();
    if !room.cut.is_empty() {
        lines.push(format!("cut: {}", cuts(&room.cut)));
    }
    if let Some(nearest) = &room.nearest {
        let (name, limit, floor) = (&nearest.service, nearest.limit_bytes, nearest.floor_bytes);
        lines.push(match limit.less(floor) {
            Bytes::ZERO => format!("nearest its floor: {name}, which is at it, {}", mib(floor)),
            above => format!(
                "nearest its floor: {name}, {} above {}",
                mib(above),
                mib(floor)
            ),
        });
    }
    lines.push(gains(room));
    lines.extend(room.uncut.as_ref().map(uncut));
    lines.extend(room.smaller.as_ref().map(smaller));
    lines
}

fn cuts(cut: &[Cut]) -> String {
    let each: Vec<String> = cut
        .iter()
        .map(|cut| {
            format!(
                "{} {} of {}",
                cut.service,
                mib(cut.limit_bytes),
                mib(cut.want_bytes)
            )
        })
        .collect();
    each.join(", ")
}

fn gains(room: &Room) -> String {
    let mut gains: Vec<_> = room.next_256_mib.iter().collect();
    gains.sort_by_key(|gain| (std::cmp::Reverse(gain.bytes), &gain.service));
    let mut named: Vec<String> = gains
        .iter()
        .take(GAINS)
        .map(|gain| format!("{} +{}", gain.service, mib(gain.bytes)))
        .collect();
    if gains.len() > GAINS {
        named.push(format!("{} more", gains.len() - GAINS));
    }
    if named.is_empty() {
        return "256 MiB more would change no share".to_owned();
    }
    let settings = match room.settings_changed {
        1 => "1 setting".to_owned(),
        n => format!("{n} settings"),
    };
    format!("256 MiB more: {}; {settings} change", named.join(", "))
}

fn uncut(uncut: &Uncut) -> String {
    let cost = price(uncut.price_usd_month, uncut.usd_month);
    if uncut.here {
        format!(
            "no cheaper host with as many CPUs meets every want: {}{cost}",
            uncut.profile
        )
    } else {
        format!(
            "cheapest host with as many CPUs that meets every want: {}{cost}",
            uncut.profile
        )
    }
}

fn smaller(smaller: &Smaller) -> String {
    let cost = price(smaller.price_usd_month, smaller.usd_month);
    let then = if !smaller.fits {
        format!("does not fit, {} short", mib(smaller.short_bytes))
    } else if smaller.cut.is_empty() {
        "fits as wanted".to_owned()
    } else {
        format!("fits, cut: {}", cuts(&smaller.cut))
    };
    format!("smaller: {}{cost}: {then}", smaller.profile)
}
