//! An embedded CSV table: a header, then rows, looked into without being read
//! as a whole. No field of the tables is quoted; a test holds them to that.

/// A table as it is embedded.
#[derive(Clone, Copy)]
pub(super) struct Table {
    /// The whole file.
    pub(super) text: &'static str,
}

/// One row, with the header to name its fields.
#[derive(Clone, Copy)]
pub(super) struct Row {
    header: &'static str,
    line: &'static str,
}

impl Table {
    fn split(self) -> (&'static str, &'static str) {
        self.text.split_once('\n').unwrap_or((self.text, ""))
    }

    /// All rows, in the order of the file.
    pub(super) fn rows(self) -> impl Iterator<Item = Row> {
        let (header, body) = self.split();
        body.lines().map(move |line| Row { header, line })
    }

    /// The row whose first field is `key`, in a table that is sorted by bytes.
    pub(super) fn find_sorted(self, key: &str) -> Option<Row> {
        let (header, mut rest) = self.split();
        while !rest.is_empty() {
            let middle = rest
                .get(..rest.len() / 2)?
                .rfind('\n')
                .map_or(0, |at| at + 1);
            let (before, after) = rest.split_at_checked(middle)?;
            let (line, behind) = after.split_once('\n').unwrap_or((after, ""));
            let row = Row { header, line };
            match row.key().cmp(key) {
                std::cmp::Ordering::Equal => return Some(row),
                std::cmp::Ordering::Less => rest = behind,
                std::cmp::Ordering::Greater => rest = before,
            }
        }
        None
    }
}

impl Row {
    /// Its first field.
    pub(super) fn key(self) -> &'static str {
        self.line.split(',').next().unwrap_or_default()
    }

    /// A field by the name in the header; nothing where it is empty.
    pub(super) fn field(self, name: &str) -> Option<&'static str> {
        let at = self.header.split(',').position(|column| column == name)?;
        self.line
            .split(',')
            .nth(at)
            .filter(|field| !field.is_empty())
    }

    /// A whole number.
    pub(super) fn number(self, name: &str) -> Option<u64> {
        self.field(name)?.parse().ok()
    }
}
