//! What programs take where nothing is set: a kind's table of it, and since
//! which version of the program each value holds.

use crate::units::Version;

/// A setting, the first version that takes the value, and the value as the
/// program's own file would spell it.
pub(super) type Default = (&'static str, (u32, u32, u32), &'static str);

/// Any version.
pub(super) const EVER: (u32, u32, u32) = (0, 0, 0);

/// What a version takes; of several entries of a key the newest that applies.
pub(super) fn of(table: &[Default], key: &str, version: Version) -> Option<&'static str> {
    let applies = |(name, (major, minor, patch), _): &&Default| {
        *name == key && version >= Version::new(*major, *minor, *patch)
    };
    let newest = table
        .iter()
        .filter(applies)
        .max_by_key(|(_, since, _)| *since);
    newest.map(|(_, _, value)| *value)
}
