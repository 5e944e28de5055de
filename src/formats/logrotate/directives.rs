//! The directives of logrotate: what each takes, and which exclude each other.
//!
//! Source: logrotate(8) 3.21, "CONFIGURATION FILE DIRECTIVES".

/// What follows a directive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing; another directive may stand on the line.
    Nothing,
    /// A number, behind a blank or '='.
    Number,
    /// A size, behind a blank or '='.
    Size,
    /// One word, behind a blank or '='.
    Word,
    /// Any text, behind a blank or '='.
    Text,
    /// What is left of the line.
    Rest,
    /// A day of the week, or nothing.
    Day,
    /// All lines to `endscript`.
    Script,
}

/// One directive.
pub(super) struct Directive {
    pub(super) word: &'static str,
    /// The first of those that exclude each other.
    pub(super) key: &'static str,
    pub(super) takes: Takes,
}

/// When logs are rotated: the last one said counts.
pub(super) const FREQUENCY: &str = "frequency";
/// Reads a file or all of a directory.
pub(super) const INCLUDE: &str = "include";
/// The logs of a block: what its first line is in a document.
pub(super) const FILES: &str = "files";
pub(super) const TABOO_EXTENSIONS: &str = "tabooext";
pub(super) const TABOO_PATTERNS: &str = "taboopat";

use Takes::{Day, Nothing, Number, Rest, Script, Size, Text, Word};

const ALL: &[(&str, &str, Takes)] = &[
    ("addextension", "addextension", Text),
    ("allowhardlink", "allowhardlink", Nothing),
    ("noallowhardlink", "allowhardlink", Nothing),
    ("compress", "compress", Nothing),
    ("nocompress", "compress", Nothing),
    ("compresscmd", "compresscmd", Word),
    ("compressext", "compressext", Word),
    ("compressoptions", "compressoptions", Rest),
    ("copy", "copy", Nothing),
    ("nocopy", "copy", Nothing),
    ("copytruncate", "copytruncate", Nothing),
    ("nocopytruncate", "copytruncate", Nothing),
    ("create", "create", Rest),
    ("nocreate", "create", Nothing),
    ("createolddir", "createolddir", Rest),
    ("nocreateolddir", "createolddir", Nothing),
    ("dateext", "dateext", Nothing),
    ("nodateext", "dateext", Nothing),
    ("dateformat", "dateformat", Text),
    ("datehourago", "datehourago", Nothing),
    ("dateyesterday", "dateyesterday", Nothing),
    ("delaycompress", "delaycompress", Nothing),
    ("nodelaycompress", "delaycompress", Nothing),
    ("extension", "extension", Text),
    ("hourly", FREQUENCY, Nothing),
    ("daily", FREQUENCY, Nothing),
    ("weekly", FREQUENCY, Day),
    ("monthly", FREQUENCY, Nothing),
    ("yearly", FREQUENCY, Nothing),
    ("size", FREQUENCY, Size),
    ("ifempty", "ifempty", Nothing),
    ("notifempty", "ifempty", Nothing),
    ("ignoreduplicates", "ignoreduplicates", Nothing),
    (INCLUDE, INCLUDE, Text),
    ("mail", "mail", Word),
    ("nomail", "mail", Nothing),
    ("mailfirst", "mailfirst", Nothing),
    ("maillast", "mailfirst", Nothing),
    ("maxage", "maxage", Number),
    ("maxsize", "maxsize", Size),
    ("minage", "minage", Number),
    ("minsize", "minsize", Size),
    ("missingok", "missingok", Nothing),
    ("nomissingok", "missingok", Nothing),
    ("olddir", "olddir", Word),
    ("noolddir", "olddir", Nothing),
    ("renamecopy", "renamecopy", Nothing),
    ("norenamecopy", "renamecopy", Nothing),
    ("rotate", "rotate", Number),
    ("sharedscripts", "sharedscripts", Nothing),
    ("nosharedscripts", "sharedscripts", Nothing),
    ("shred", "shred", Nothing),
    ("noshred", "shred", Nothing),
    ("shredcycles", "shredcycles", Number),
    ("start", "start", Number),
    ("su", "su", Rest),
    (TABOO_EXTENSIONS, TABOO_EXTENSIONS, Text),
    (TABOO_PATTERNS, TABOO_PATTERNS, Text),
    ("uncompresscmd", "uncompresscmd", Word),
    ("firstaction", "firstaction", Script),
    ("lastaction", "lastaction", Script),
    ("postrotate", "postrotate", Script),
    ("prerotate", "prerotate", Script),
    ("preremove", "preremove", Script),
];

fn directive((word, key, takes): &(&'static str, &'static str, Takes)) -> Directive {
    Directive {
        word,
        key,
        takes: *takes,
    }
}

pub(super) fn find(word: &[u8]) -> Option<Directive> {
    let mut all = ALL.iter();
    all.find(|(one, _, _)| one.as_bytes() == word)
        .map(directive)
}

/// Those of one key, the first of which gives it its name.
pub(super) fn of_key(key: &str) -> Vec<Directive> {
    let of_key = ALL.iter().filter(|(_, one, _)| *one == key);
    of_key.map(directive).collect()
}

/// Whether the value of a key is one of several directives, not what follows
/// one: a flag's is.
pub(super) fn is_choice(key: &str) -> bool {
    match of_key(key).as_slice() {
        [] => false,
        [one] => one.takes == Nothing,
        _ => true,
    }
}
