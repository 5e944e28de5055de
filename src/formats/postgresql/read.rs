//! All files that a server reads: includes, directories of them, and at last
//! what `ALTER SYSTEM` wrote. What is in effect beside files is not known here.
//!
//! Source: guc-file.l and conffiles.c of PostgreSQL 15, `ParseConfigFile`,
//! `ParseConfigDirectory`, `GetConfFilesInDir`, `AbsoluteConfigLocation`.

use super::super::reading::DEEPEST;
use super::super::{
    Document, Files, Format, Missing, Reading, Repeated, Statement, Trouble, TroubleKind,
};
use super::arguments::Data;

/// What `ALTER SYSTEM` writes, in the data directory.
pub(super) const AUTO: &str = "postgresql.auto.conf";

/// In bytes, all files together, each as often as it is included: what a single
/// file may have at most. Files that include each other again and again would
/// otherwise be read without end.
const MOST: usize = 16 << 20;

/// Whether there has to be a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The first; where it is not there, nothing is set.
    Main,
    /// Named by an include.
    Included,
    /// Listed in a directory: other directories are passed over.
    Listed,
    /// Named by an include that does not insist.
    IfThere,
}

/// Where a file is included.
struct Place<'a> {
    file: &'a str,
    line: u32,
}

/// Reads all of it. The data directory is where the files say, else where the
/// server was told, else where the main file is.
pub(super) fn all(files: &dyn Files, main: &str, data: &Data) -> Reading {
    let mut walk = Walk {
        files,
        reading: Reading::default(),
        open: Vec::new(),
        left: MOST,
        data_directory: None,
    };
    walk.file(main, Wanted::Main, None);
    let told = [&data.set, &walk.data_directory, &data.else_in];
    let told = told.into_iter().flatten().next();
    let directory = told.map_or(parent(main), String::as_str);
    let auto = join(directory, AUTO);
    if auto.starts_with('/') && !auto.contains(char::REPLACEMENT_CHARACTER) {
        walk.file(&auto, Wanted::IfThere, None);
    } else {
        let why = "data_directory is relative, or not UTF-8: where it is, is not known";
        let why = Missing::Unreadable(why.to_owned());
        walk.trouble(&auto, TroubleKind::Missing(why));
    }
    walk.reading.decide(Repeated::LastWins);
    walk.reading
}

struct Walk<'a> {
    files: &'a dyn Files,
    reading: Reading,
    /// The files that are being read, each included by the one before.
    open: Vec<String>,
    left: usize,
    /// Where the files say that the data is.
    data_directory: Option<String>,
}

impl Walk<'_> {
    fn file(&mut self, path: &str, wanted: Wanted, from: Option<&Place<'_>>) {
        if let Some(from) = from
            && (self.open.len() > DEEPEST || self.open.iter().any(|one| one == path))
        {
            return self.too_deep(path, from);
        }
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            // What is read is /dev/null.
            Err(Missing::Masked) => Vec::new(),
            Err(Missing::Absent) if matches!(wanted, Wanted::Main | Wanted::IfThere) => return,
            Err(Missing::Dangling(_)) if wanted == Wanted::IfThere => return,
            Err(Missing::Directory) if wanted == Wanted::Listed => return,
            Err(missing) => return self.trouble(path, TroubleKind::Missing(missing)),
        };
        match (self.left.checked_sub(bytes.len() + path.len()), from) {
            (Some(left), _) => self.left = left,
            (None, Some(from)) => return self.too_deep(path, from),
            (None, None) => {}
        }
        match Document::parse(Format::Postgresql, bytes) {
            Ok(document) => self.document(path, &document),
            Err(malformed) => self.trouble(path, TroubleKind::Malformed(malformed)),
        }
    }

    fn document(&mut self, path: &str, document: &Document) {
        self.reading.files.push(path.to_owned());
        self.open.push(path.to_owned());
        for statement in document.statements() {
            if statement.key.contains(' ') {
                let line = document.line(statement.at.start);
                self.include(statement, &Place { file: path, line });
                continue;
            }
            self.reading.push(document, statement, Vec::new(), path);
            // The one name whose case counts, when the data is looked for
            // [measured] with 15.18.
            if document
                .written(&statement.at)
                .starts_with(b"data_directory")
            {
                self.data_directory = Some(statement.value.to_string());
            }
        }
        self.open.pop();
    }

    fn include(&mut self, statement: &Statement, from: &Place<'_>) {
        // As it stands in the key, which only UTF-8 gets into.
        let (_, named) = statement.key.split_once(' ').unwrap_or_default();
        let path = if named.starts_with('/') {
            named.to_owned()
        } else {
            join(parent(from.file), named)
        };
        match statement.name() {
            "include_dir" => self.directory(&path, from),
            "include_if_exists" => self.file(&path, Wanted::IfThere, Some(from)),
            _ => self.file(&path, Wanted::Included, Some(from)),
        }
    }

    fn directory(&mut self, path: &str, from: &Place<'_>) {
        let names = match self.files.list(path) {
            Ok(names) => names,
            Err(missing) => return self.trouble(path, TroubleKind::Missing(missing)),
        };
        let is_read = |name: &String| {
            let stem = name.strip_suffix(".conf").unwrap_or_default();
            !stem.is_empty() && !stem.starts_with('.')
        };
        let mut names: Vec<String> = names.into_iter().filter(is_read).collect();
        names.sort();
        for name in names {
            self.file(&join(path, &name), Wanted::Listed, Some(from));
        }
    }

    fn too_deep(&mut self, path: &str, from: &Place<'_>) {
        let (by, line) = (from.file.to_owned(), from.line);
        self.trouble(path, TroubleKind::TooDeep { by, line });
    }

    fn trouble(&mut self, file: &str, what: TroubleKind) {
        let file = file.to_owned();
        self.reading.troubles.push(Trouble { file, what });
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A path without `.`, `..` and doubled slashes, by its text alone.
fn join(directory: &str, named: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(named.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let absolute = directory.starts_with('/') || directory.is_empty();
    format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"))
}
