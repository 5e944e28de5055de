//! Strings of Python.
//!
//! Source: The Python Language Reference, 2.4.1, "String and Bytes literals".

use super::super::literal::Cursor;

/// One string; nothing where it is of bytes, or computed.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<String> {
    let raw = cursor.take("r") || cursor.take("R");
    if !raw && !cursor.take("u") {
        cursor.take("U");
    }
    let quote = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| cursor.take(quote))?;
    let long = quote.len() > 1;
    let mut text = String::new();
    loop {
        if cursor.take(quote) {
            return Some(text);
        }
        match cursor.next()? {
            '\\' if raw => {
                text.push('\\');
                text.push(newline(cursor)?);
            }
            '\\' => escape(cursor, &mut text)?,
            '\n' | '\r' if !long => return None,
            '\r' => {
                cursor.take("\n");
                text.push('\n');
            }
            c => text.push(c),
        }
    }
}

/// The next character, however a line ends.
fn newline(cursor: &mut Cursor<'_>) -> Option<char> {
    match cursor.next()? {
        '\r' => {
            cursor.take("\n");
            Some('\n')
        }
        c => Some(c),
    }
}

fn escape(cursor: &mut Cursor<'_>, text: &mut String) -> Option<()> {
    let c = match newline(cursor)? {
        '\n' => return Some(()),
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'x' => char::from_u32(cursor.hexadecimal(2)?)?,
        'u' => char::from_u32(cursor.hexadecimal(4)?)?,
        'U' => char::from_u32(cursor.hexadecimal(8)?)?,
        c @ ('\\' | '\'' | '"') => c,
        // Octal, by name, or a mistake that Python warns of.
        _ => return None,
    };
    text.push(c);
    Some(())
}
