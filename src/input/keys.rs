//! What keys a table takes, an entry for each: what the readers know, and what
//! pages, schemas and completions are made from. How a key is read is not here.

/// One key of a table.
#[derive(Debug)]
pub struct KeySpec {
    /// As it is written.
    pub name: &'static str,
    /// What it takes.
    pub takes: KeyType,
    /// What it is: a short sentence.
    pub about: &'static str,
    /// What holds where it is not written: as TOML where that is one value,
    /// else in words.
    pub default: Option<&'static str>,
    /// A right value, as TOML.
    pub example: &'static str,
}

impl KeySpec {
    /// A key without a default.
    pub const fn new(
        name: &'static str,
        takes: KeyType,
        about: &'static str,
        example: &'static str,
    ) -> Self {
        Self {
            name,
            takes,
            about,
            default: None,
            example,
        }
    }

    /// With what holds where it is not written.
    #[must_use]
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}

/// What a key takes.
#[derive(Debug)]
pub enum KeyType {
    /// A string of one line.
    Text,
    /// An absolute path without odd characters.
    Path,
    /// The name of an account or a role.
    Account,
    /// The name of a systemd unit.
    Unit,
    /// A host and a port.
    Address,
    /// A whole number within bounds.
    Count(u64, u64),
    /// A number with at most three places within bounds, in thousandths.
    Number(u64, u64),
    /// Dollars.
    Money,
    /// A size with its unit.
    Size,
    /// True or false.
    Flag,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A program's version.
    Version,
    /// Strings of one line.
    List,
    /// Names of other services, or `host:port`.
    References,
    /// A table of strings.
    Map,
    /// A table of strings under the names of other services.
    ReferenceMap,
    /// Checks by id, each with the reason why it is not to be heard.
    Silences,
    /// One or two names of environment variables.
    Variables,
    /// A table of settings: numbers, strings and booleans by their names.
    Settings,
    /// A table of versions, which may be unknown.
    Versions,
    /// A table with these keys.
    Table(&'static [KeySpec]),
    /// A kind of service.
    Kind,
    /// The services by name.
    Services,
}
