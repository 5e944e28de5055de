//! Where the page of all settings has its row for a setting. What the page says
//! is not known here.

use super::confine;
use crate::setting::Setting;
use crate::stack::HOST_ITSELF;

/// The page, in the project's documents.
const PAGE: &str = "settings.md";
/// The section of what holds a service of any kind.
pub const ANY: &str = "service";

/// The section of a setting: its kind, [`ANY`] where all kinds have it alike,
/// or the host.
pub fn section(kind: Option<&'static str>, setting: &Setting) -> &'static str {
    match kind {
        None => HOST_ITSELF,
        Some(_) if confine::SHEETS.contains(&setting.file) => ANY,
        Some(kind) => kind,
    }
}

/// The row of a setting of a kind, or of the host, as documents are cited.
pub fn cited(kind: Option<&'static str>, setting: &Setting) -> String {
    let heading = format!("{} {}", section(kind, setting), setting.row);
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let anchor = kept.collect::<String>().to_lowercase().replace(' ', "-");
    format!("docs/{PAGE}#{anchor}")
}
