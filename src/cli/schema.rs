//! `tune schema`: the JSON Schemas of what is written and of what is printed.

use serde_json::Value;

use super::{Answer, Ui, detect, tree};
use crate::diff::SavedPlan;
use crate::{report, services};

/// Print the JSON Schema of what tune reads or prints
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_name = "DOCUMENT", default_value = "stack")]
    document: Document,
}

const EXAMPLES: &str = "\
Examples:
  tune schema > tune.schema.json
  tune schema plan";

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Document {
    /// tune.toml, and every other stack
    Stack,
    /// A host profile
    Profile,
    /// What 'plan --format json' prints
    Plan,
    /// What 'diff --format json' prints
    Diff,
    /// What 'detect --format json' prints
    Detect,
    /// What 'explain --format json' prints
    Explain,
    /// What 'checks --format json' prints
    Checks,
    /// What any command with '--format json' prints to stderr where it is refused
    Errors,
    /// What 'verify --format json' prints
    Verify,
    /// What 'verify --budget --format json' prints
    Budget,
    /// manifest.json of a rendered tree
    Manifest,
    /// What 'diff --plan FILE' writes
    SavedPlan,
}

pub(super) fn run(args: SchemaArgs, ui: &mut Ui) -> Answer {
    ui.document(&report::schema::text(&schema(args.document)));
    Answer::Yes
}

/// The schema of a document.
pub fn schema(document: Document) -> Value {
    match document {
        Document::Stack => report::schema::stack(&services::schemas()),
        Document::Profile => report::schema::profile(),
        Document::Plan => report::plan_schema(),
        Document::Diff => report::difference::schema(),
        Document::Detect => detect::schema(),
        Document::Explain => report::explain_schema(),
        Document::Checks => report::checks_schema(),
        Document::Errors => report::problem::schema(),
        Document::Verify => report::verification::schema(),
        Document::Budget => report::verification::budget_schema(),
        Document::Manifest => tree::manifest_schema(),
        Document::SavedPlan => report::schema::of::<SavedPlan>("saved plan of tune diff"),
    }
}
