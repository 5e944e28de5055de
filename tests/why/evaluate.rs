//! Reads a reason the way a person with a calculator does: exact fractions,
//! sizes with their unit, `floor`, `ceil`, `min`, `max`, `pow2`.

/// An exact number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    pub top: i128,
    pub bottom: i128,
}

impl Exact {
    fn new(top: i128, bottom: i128) -> Self {
        Self { top, bottom }
    }

    fn floor_to(self, step: i128) -> Self {
        Self::new(self.top.div_euclid(self.bottom * step) * step, 1)
    }

    fn ceil_to(self, step: i128) -> Self {
        Self::new(-(-self.top).div_euclid(self.bottom * step) * step, 1)
    }

    fn less(self, other: Self) -> bool {
        self.top * other.bottom < other.top * self.bottom
    }
}

/// The value of an expression; nothing where it is no expression.
pub fn evaluate(text: &str) -> Option<Exact> {
    let mut rest = text.trim();
    let value = sum(&mut rest)?;
    rest.trim().is_empty().then_some(value)
}

fn eat(rest: &mut &str, what: &str) -> bool {
    let trimmed = rest.trim_start();
    match trimmed.strip_prefix(what) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

fn sum(rest: &mut &str) -> Option<Exact> {
    let mut left = product(rest)?;
    loop {
        if eat(rest, "+ ") {
            let right = product(rest)?;
            left = Exact::new(
                left.top * right.bottom + right.top * left.bottom,
                left.bottom * right.bottom,
            );
        } else if eat(rest, "- ") {
            let right = product(rest)?;
            left = Exact::new(
                left.top * right.bottom - right.top * left.bottom,
                left.bottom * right.bottom,
            );
        } else {
            return Some(left);
        }
    }
}

fn product(rest: &mut &str) -> Option<Exact> {
    let mut left = atom(rest)?;
    loop {
        if eat(rest, "* ") {
            let right = atom(rest)?;
            left = Exact::new(left.top * right.top, left.bottom * right.bottom);
        } else if eat(rest, "/ ") {
            let right = atom(rest)?;
            left = match right.top {
                0 => Exact::new(0, 1),
                _ => Exact::new(left.top * right.bottom, left.bottom * right.top),
            };
        } else {
            return Some(left);
        }
    }
}

fn atom(rest: &mut &str) -> Option<Exact> {
    for name in ["floor", "ceil", "min", "max", "pow2", ""] {
        if eat(rest, &format!("{name}(")) {
            let mut parts = vec![sum(rest)?];
            while eat(rest, ",") {
                parts.push(sum(rest)?);
            }
            return eat(rest, ")").then(|| call(name, &parts)).flatten();
        }
    }
    number(rest)
}

fn call(name: &str, parts: &[Exact]) -> Option<Exact> {
    let first = *parts.first()?;
    let step = parts.get(1).map_or(1, |step| step.top / step.bottom);
    let pick = |better: fn(Exact, Exact) -> bool| {
        parts
            .iter()
            .copied()
            .reduce(|a, b| if better(b, a) { b } else { a })
    };
    match name {
        "" => Some(first),
        "floor" => Some(first.floor_to(step)),
        "ceil" => Some(first.ceil_to(step)),
        "min" => pick(Exact::less),
        "max" => pick(|a, b| b.less(a)),
        "pow2" => {
            let whole = u64::try_from(first.top.div_euclid(first.bottom))
                .ok()?
                .max(1);
            Some(Exact::new(1 << whole.ilog2(), 1))
        }
        _ => None,
    }
}

fn number(rest: &mut &str) -> Option<Exact> {
    let text = rest.trim_start();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (digits, after) = text.split_at(end);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let bottom = 10i128.pow(u32::try_from(fraction.len()).ok()?);
    let top: i128 = format!("{whole}{fraction}").parse().ok()?;
    let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)];
    for (unit, power) in units {
        if let Some(after) = after.strip_prefix(unit) {
            *rest = after;
            return Some(Exact::new(top << power, bottom));
        }
    }
    *rest = after;
    Some(Exact::new(top, bottom))
}
