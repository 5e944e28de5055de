//! What the document says of the plan itself.

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::Finding;
use crate::report::difference::counts::spare;
use crate::report::difference::{Review, markdown};
use crate::units::{Bytes, Money, MoneyChange};

/// The plan.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct PlanPart<'a> {
    stack: &'a str,
    host: &'a str,
    fits: bool,
    /// What stays free of the host where every service is at its worst case.
    free_bytes: Option<Bytes>,
    price_usd_month: Option<Money>,
    /// By how much that is more than before, where another plan is compared.
    usd_month: Option<MoneyChange>,
    /// Checks that fail and did not before, where another plan is compared.
    checks_new: Vec<&'a Finding>,
}

/// Of the plan, where one is known.
pub(super) fn plan<'a>(review: &Review<'a>) -> Option<PlanPart<'a>> {
    let plan = review.plan?;
    Some(PlanPart {
        stack: &plan.stack,
        host: &plan.host.name,
        fits: plan.fits,
        free_bytes: spare(review),
        price_usd_month: plan.host.price,
        usd_month: markdown::cost(review),
        checks_new: markdown::newly_failing(review),
    })
}
