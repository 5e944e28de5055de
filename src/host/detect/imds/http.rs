//! One HTTP/1.1 request over one connection, within a deadline.
#![expect(clippy::disallowed_methods, reason = "a time limit needs a clock")]

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A longer answer is no instance type.
const MOST_BYTES: usize = 64 << 10;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Silence {
    #[error("no answer within 1 s")]
    Late,
    #[error("{0}")]
    Failed(io::ErrorKind),
    #[error("answered {0}")]
    Status(u16),
    #[error("an answer that makes no sense")]
    Nonsense,
}

impl From<io::Error> for Silence {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Late,
            kind => Self::Failed(kind),
        }
    }
}

/// Sends `line` (method and path) and gives the body of a 200.
pub(super) fn request(
    address: SocketAddr,
    line: &str,
    headers: &str,
    deadline: Instant,
) -> Result<String, Silence> {
    let mut stream = TcpStream::connect_timeout(&address, left(deadline)?)?;
    stream.set_write_timeout(Some(left(deadline)?))?;
    let host = if headers.starts_with("Metadata-Flavor") {
        "metadata.google.internal".to_owned()
    } else {
        address.ip().to_string()
    };
    let end = if line.starts_with("PUT") {
        "Content-Length: 0\r\n\r\n"
    } else {
        "\r\n"
    };
    let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}{end}");
    stream.write_all(request.as_bytes())?;
    body(&read(stream, deadline)?)
}

/// Until the other side closes. The limit is renewed before each read: one
/// byte a second must not hold us for a day.
fn read(mut stream: TcpStream, deadline: Instant) -> Result<String, Silence> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while answer.len() < MOST_BYTES && !is_complete(&answer) {
        stream.set_read_timeout(Some(left(deadline)?))?;
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        answer.extend_from_slice(buffer.get(..count).unwrap_or_default());
    }
    String::from_utf8(answer).map_err(|_| Silence::Nonsense)
}

fn left(deadline: Instant) -> Result<Duration, Silence> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(Silence::Late)
    } else {
        Ok(left)
    }
}

/// Whether all that Content-Length promised is there: a server may leave the
/// connection open.
fn is_complete(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = header(head, "content-length").and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

fn body(answer: &str) -> Result<String, Silence> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(Silence::Nonsense)?;
    let status = head
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1));
    match status.and_then(|status| status.parse::<u16>().ok()) {
        Some(200) => {}
        Some(status) => return Err(Silence::Status(status)),
        None => return Err(Silence::Nonsense),
    }
    if header(head, "transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        return joined(body).ok_or(Silence::Nonsense);
    }
    Ok(body.to_owned())
}

/// The chunks of a chunked body, put together.
fn joined(mut body: &str) -> Option<String> {
    let mut whole = String::new();
    loop {
        let (size, rest) = body.split_once("\r\n")?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.push_str(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn chunks_are_joined_and_cut_ones_refused() {
        assert_eq!(
            joined("3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n").as_deref(),
            Some("abcde")
        );
        assert_eq!(joined("ff\r\nabc\r\n"), None);
        assert_eq!(joined("ffffffffffffffff\r\nabc"), None);
    }
}
