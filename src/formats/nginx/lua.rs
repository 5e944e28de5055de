//! Where the code of a `*_by_lua_block` ends: at the brace that closes it, those
//! in Lua's strings and comments not counted. What the code says is not known
//! here.
//!
//! Source: <https://github.com/openresty/lua-nginx-module#content_by_lua_block>;
//! Lua's strings and comments: <https://www.lua.org/manual/5.1/manual.html#2.1>.

/// Whether a directive's braces hold Lua.
pub(super) fn holds_code(directive: &[u8]) -> bool {
    directive.ends_with(b"_by_lua_block")
}

/// The offset of the brace that closes what was opened before `start`.
pub(super) fn end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut depth = 0_usize;
    let mut plain = Plain::default();
    loop {
        let rest = bytes.get(at..)?;
        at += match rest {
            [b'}', ..] if depth == 0 => return Some(at),
            [b'}', ..] => {
                depth -= 1;
                1
            }
            [b'{', ..] => {
                depth += 1;
                1
            }
            [b'-', b'-', comment @ ..] => 2 + long(comment).unwrap_or_else(|| line(comment))?,
            [b'[', ..] => long(rest).unwrap_or(Some(1))?,
            [quote @ (b'"' | b'\''), string @ ..] => 1 + plain.short(string, *quote, at)?,
            [_, ..] => 1,
            [] => return None,
        };
    }
}

/// Up to where no string begins: a quote that is not closed on its line stands
/// for itself, and so does each of its kind in the rest of the line, which is
/// looked through but once.
/// [measured] with `libnginx-mod-http-lua` 0.10.23.
#[derive(Default)]
struct Plain {
    double: usize,
    single: usize,
}

impl Plain {
    /// The length of a string, its closing quote included; 0 where it is none.
    fn short(&mut self, bytes: &[u8], quote: u8, at: usize) -> Option<usize> {
        let until = match quote {
            b'"' => &mut self.double,
            _ => &mut self.single,
        };
        if at < *until {
            return Some(0);
        }
        let mut length = 0;
        loop {
            match bytes.get(length..)? {
                [b'\n', ..] | [b'\\', b'\n', ..] => {
                    *until = at + length;
                    return Some(0);
                }
                [b'\\', ..] => length += 2,
                [byte, ..] if *byte == quote => return Some(length + 1),
                _ => length += 1,
            }
        }
    }
}

/// The length of `[[...]]`, `[=[...]=]`: nothing where it is none, and nothing
/// inside where it does not end.
#[expect(clippy::option_option, reason = "no such string, and one without end")]
fn long(bytes: &[u8]) -> Option<Option<usize>> {
    let inside = bytes.strip_prefix(b"[")?;
    let level = inside.iter().take_while(|byte| **byte == b'=').count();
    if inside.get(level) != Some(&b'[') {
        return None;
    }
    let closing = [b"]".as_slice(), &vec![b'='; level], b"]"].concat();
    let open = level + 2;
    let text = bytes.get(open..).unwrap_or_default();
    let length = bstr::ByteSlice::find(text, &closing);
    Some(length.map(|length| open + length + closing.len()))
}

/// The length of a comment's line, its end not included.
fn line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}
