//! What one connection and one request can hold, buffer by buffer.

use std::fmt;

use crate::setting::{Pins, Spelling, Value};
use crate::units::Bytes;

/// A number of buffers of one size, as nginx writes them: `8 4k`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Buffers {
    pub(super) count: u64,
    pub(super) each: Bytes,
}

impl Buffers {
    pub(super) const fn new(count: u64, each: Bytes) -> Self {
        Self { count, each }
    }

    pub(super) const fn total(self) -> Bytes {
        self.each.times(self.count)
    }

    /// Reads `8 4k`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (count, each) = text.split_once(' ')?;
        let each = each.trim_start();
        let digits = each.trim_end_matches(['k', 'K', 'm', 'M']);
        let unit = match each.get(digits.len()..)? {
            "" => Bytes(1),
            "k" | "K" => Bytes::KIB,
            "m" | "M" => Bytes::MIB,
            _ => return None,
        };
        let parsed = Self::new(count.parse().ok()?, unit.times(digits.parse().ok()?));
        let sound = (1..=MOST_BUFFERS).contains(&parsed.count)
            && (Bytes::KIB..=Bytes::GIB).contains(&parsed.each);
        sound.then_some(parsed)
    }

    /// The size alone, as nginx writes it.
    pub(super) fn each_text(self) -> String {
        Spelling::Nginx.spell(&Value::Size(self.each))
    }
}

impl fmt::Display for Buffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.each_text())
    }
}

/// More of one kind is a mistake.
const MOST_BUFFERS: u64 = 4096;
/// Connection, upstream connection and request pools.
/// Source: docs/measurements.md, "nginx" (1.22.1: a connection whose header is
/// being read 42.2 KiB with 4 8k buffers and 1k; a plain proxied request 45.8
/// with 4k and 8 4k; 138 with gzip in the small window).
const CONNECTION_POOLS: Bytes = Bytes::kib(10);
const REQUEST_POOLS: Bytes = Bytes::kib(14);
/// A TLS connection at rest, and what a response adds while it is written.
/// Source: docs/measurements.md, "nginx" (14.6, with HTTP/2 16.3; a proxied
/// request 96.4 where a plain one is 45.8, OpenSSL 3.0).
const TLS_CONNECTION: Bytes = Bytes::kib(17);
const TLS_REQUEST: Bytes = Bytes::kib(36);
/// zlib's own state beside window and hash.
/// Source: `ngx_http_gzip_filter_memory` in nginx's `ngx_http_gzip_filter_module.c`.
const DEFLATE: Bytes = Bytes::kib(8);
/// The window is held twice, with two bytes of chain for each of its bytes.
/// Source: as above: `1 << (wbits + 2)`.
const PER_WINDOW: u64 = 4;

/// The buffers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Buffering {
    /// `client_header_buffer_size`
    pub(super) header: Bytes,
    /// `large_client_header_buffers`
    pub(super) large_header: Buffers,
    /// `client_body_buffer_size`
    pub(super) body: Bytes,
    /// `proxy_buffer_size`
    pub(super) first: Bytes,
    /// `proxy_buffers`
    pub(super) proxy: Buffers,
    /// `output_buffers`
    pub(super) output: Buffers,
    /// `gzip`
    pub(super) gzip: bool,
    /// `gzip_buffers`
    pub(super) gzip_out: Buffers,
    /// `gzip_window`
    pub(super) window: Bytes,
    /// `gzip_hash`
    pub(super) hash: Bytes,
}

impl Default for Buffering {
    fn default() -> Self {
        Self {
            header: Bytes::kib(1),
            large_header: Buffers::new(4, Bytes::kib(8)),
            body: Bytes::kib(16),
            first: Bytes::kib(4),
            proxy: Buffers::new(8, Bytes::kib(4)),
            output: Buffers::new(1, Bytes::kib(32)),
            gzip: true,
            gzip_out: Buffers::new(4, Bytes::kib(8)),
            window: Bytes::kib(8),
            hash: Bytes::kib(16),
        }
    }
}

impl Buffering {
    /// The defaults, with what the stack pins.
    pub(super) fn of(pins: &Pins<'_>) -> Self {
        let default = Self::default();
        let buffers = |key: &str, default: Buffers| {
            pins.word(key)
                .and_then(|text| Buffers::parse(&text))
                .unwrap_or(default)
        };
        let first = pins.size("proxy_buffer_size").unwrap_or(default.first);
        let proxy = Buffers::new(default.proxy.count, default.proxy.each.max(first));
        Self {
            header: pins
                .size("client_header_buffer_size")
                .unwrap_or(default.header),
            large_header: buffers("large_client_header_buffers", default.large_header),
            body: pins.size("client_body_buffer_size").unwrap_or(default.body),
            first,
            proxy: buffers("proxy_buffers", proxy),
            output: buffers("output_buffers", default.output),
            gzip: pins.flag("gzip").unwrap_or(default.gzip),
            gzip_out: buffers("gzip_buffers", default.gzip_out),
            window: pins.size("gzip_window").unwrap_or(default.window),
            hash: pins.size("gzip_hash").unwrap_or(default.hash),
        }
    }

    /// A connection whose header is being read; at rest it holds next to nothing.
    pub(super) fn connection(&self, tls: bool) -> Bytes {
        let plain = CONNECTION_POOLS
            .plus(self.header)
            .plus(self.large_header.total());
        if tls {
            plain.plus(TLS_CONNECTION)
        } else {
            plain
        }
    }

    /// A request in work whose client reads slowly. Over HTTP/2 it brings a
    /// header of its own.
    pub(super) fn request(&self, tls: bool) -> Bytes {
        let response = self.first.plus(self.proxy.total()).max(self.output.total());
        let plain = REQUEST_POOLS
            .plus(response)
            .plus(self.body)
            .plus(self.deflate());
        if tls {
            plain.plus(TLS_REQUEST).plus(self.large_header.total())
        } else {
            plain
        }
    }

    /// What compressing one response holds.
    fn deflate(&self) -> Bytes {
        if !self.gzip {
            return Bytes::ZERO;
        }
        DEFLATE
            .plus(self.window.times(PER_WINDOW))
            .plus(self.hash)
            .plus(self.gzip_out.total())
    }

    /// What nginx would refuse of the proxy's buffers: the key and why.
    pub(super) fn refused(&self) -> Option<&'static str> {
        let busy = self.first.max(self.proxy.each).times(2);
        let most = self.proxy.each.times(self.proxy.count.saturating_sub(1));
        (busy > most).then_some(
            "all proxy_buffers but one must hold twice the larger of proxy_buffer_size and one of them",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_read_as_nginx_writes_them() {
        let eight = Buffers::parse("8 4k").unwrap();
        assert_eq!(eight, Buffers::new(8, Bytes::kib(4)));
        assert_eq!(eight.to_string(), "8 4k");
        for wrong in ["8", "8 4x", "0 4k", "8 0", "8  ", "x 4k", "8 4k 2"] {
            assert_eq!(Buffers::parse(wrong), None, "{wrong}");
        }
    }

    /// The sums are not below what was measured (docs/measurements.md, "nginx").
    #[test]
    fn the_sums_cover_the_measurements() {
        let buffers = Buffering::default();
        let kib = |bytes: Bytes| bytes.0 >> 10;
        assert_eq!(kib(buffers.connection(false)), 43);
        assert_eq!(kib(buffers.connection(true)), 60);
        assert_eq!(kib(buffers.request(false)), 154);
        let without_body = buffers.request(false).less(buffers.body);
        assert!(kib(without_body) >= 138);
        let plain = Buffering {
            gzip: false,
            ..buffers
        };
        assert_eq!(kib(plain.request(false)), 66);
        assert_eq!(kib(buffers.request(true)), 222);
        let usual = Buffering {
            window: Bytes::kib(32),
            hash: Bytes::kib(128),
            ..buffers
        };
        assert_eq!(kib(usual.request(false)) - kib(buffers.request(false)), 208);
    }

    #[test]
    fn what_nginx_refuses_is_seen() {
        let small = Buffering {
            first: Bytes::kib(16),
            ..Buffering::default()
        };
        assert!(small.refused().is_some());
        assert!(Buffering::default().refused().is_none());
    }
}
