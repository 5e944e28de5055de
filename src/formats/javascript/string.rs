//! Strings of JavaScript.
//!
//! Source: ECMA-262, 12.9.4, "String Literals", and 12.9.6.

use super::super::literal::Cursor;

/// One string; nothing where it is computed.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<String> {
    let quote = cursor.next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let template = quote == '`';
    let mut text = String::new();
    loop {
        match cursor.next()? {
            c if c == quote => return Some(text),
            '\\' => escape(cursor, &mut text)?,
            '$' if template && cursor.rest().starts_with('{') => return None,
            '\r' if template => {
                cursor.take("\n");
                text.push('\n');
            }
            '\n' | '\r' if !template => return None,
            c => text.push(c),
        }
    }
}

fn escape(cursor: &mut Cursor<'_>, text: &mut String) -> Option<()> {
    let c = match cursor.next()? {
        '\r' => {
            cursor.take("\n");
            return Some(());
        }
        '\n' | '\u{2028}' | '\u{2029}' => return Some(()),
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '0' if !cursor.rest().starts_with(|c: char| c.is_ascii_digit()) => '\0',
        'x' => char::from_u32(cursor.hexadecimal(2)?)?,
        'u' => unicode(cursor)?,
        // Octal, which strict code does not have.
        c if c.is_ascii_digit() => return None,
        c => c,
    };
    text.push(c);
    Some(())
}

/// `\u0041`, `\u{41}`, or the two halves of a character.
fn unicode(cursor: &mut Cursor<'_>) -> Option<char> {
    if cursor.take("{") {
        let digits = cursor.while_in(|c| c.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok()?;
        return cursor.take("}").then(|| char::from_u32(code))?;
    }
    let high = u16::try_from(cursor.hexadecimal(4)?).ok()?;
    if char::from_u32(high.into()).is_some() {
        return char::from_u32(high.into());
    }
    let low = cursor.take("\\u").then(|| cursor.hexadecimal(4))??;
    let low = u16::try_from(low).ok()?;
    char::decode_utf16([high, low]).next()?.ok()
}
