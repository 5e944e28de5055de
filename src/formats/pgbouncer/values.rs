//! What the values of `pgbouncer.ini` come to.
//!
//! Source: libusual cfparser.c, `cf_set_int`, `cf_set_time_usec`,
//! `cf_set_lookup`; PgBouncer 1.18 main.c, `bouncer_params`; config(5).

use super::super::normal::{self, Normal};

/// Seconds, with places or without.
/// Source: PgBouncer config(5), the defaults in seconds.
const TIMES: &[&str] = &[
    "autodb_idle_timeout",
    "cancel_wait_timeout",
    "client_idle_timeout",
    "client_login_timeout",
    "dns_max_ttl",
    "dns_nxdomain_ttl",
    "dns_zone_check_period",
    "idle_transaction_timeout",
    "query_timeout",
    "query_wait_timeout",
    "reserve_pool_timeout",
    "server_check_delay",
    "server_connect_timeout",
    "server_idle_timeout",
    "server_lifetime",
    "server_login_retry",
    "suspend_timeout",
    "transaction_timeout",
];
/// Whole numbers, in C's three ways of writing them; flags are 0 and 1.
/// Source: PgBouncer 1.18 `SHOW CONFIG` and config(5).
const NUMBERS: &[&str] = &[
    "application_name_add_host",
    "default_pool_size",
    "disable_pqexec",
    "listen_backlog",
    "listen_port",
    "log_connections",
    "log_disconnections",
    "log_pooler_errors",
    "log_stats",
    "max_client_conn",
    "max_db_connections",
    "max_packet_size",
    "max_prepared_statements",
    "max_user_connections",
    "min_pool_size",
    "peer_id",
    "pkt_buf",
    "reserve_pool_size",
    "sbuf_loopcnt",
    "server_fast_close",
    "server_reset_query_always",
    "server_round_robin",
    "so_reuseport",
    "stats_period",
    "syslog",
    "tcp_defer_accept",
    "tcp_keepalive",
    "tcp_keepcnt",
    "tcp_keepidle",
    "tcp_keepintvl",
    "tcp_socket_buffer",
    "tcp_user_timeout",
    "verbose",
];
/// Numbers of a connection string, which are read in tens only.
/// Source: PgBouncer loader.c, `parse_database`, `parse_user`: `atoi`.
const TENS: &[&str] = &["pool_size", "port", "reserve_pool"];
/// Words of a list, in any case.
/// Source: libusual cfparser.c, `cf_set_lookup`; config(5).
const WORDS: &[&str] = &[
    "auth_type",
    "client_tls_sslmode",
    "pool_mode",
    "server_tls_sslmode",
];
/// In eights, without saying so.
/// Source: PgBouncer main.c, `cf_set_mode`.
const MODE: &str = "unix_socket_mode";

/// Settings that a second `[pgbouncer]` leaves as they are.
/// Source: PgBouncer 1.18, by `SHOW CONFIG` behind a second one [measured].
pub(super) const NO_DEFAULT: &[&str] = &["auth_file", "auth_user", "user", "verbose"];

pub(super) fn normal(key: &str, value: &[u8]) -> Normal {
    let number = if TIMES.contains(&key) {
        time(value)
    } else if NUMBERS.contains(&key) {
        normal::whole_in_c(value).map(Normal::whole)
    } else if TENS.contains(&key) {
        normal::digits(value, 10).map(Normal::whole)
    } else if key == MODE {
        normal::digits(value, 8).map(|mode| Normal::text(format!("{mode:04o}").as_bytes()))
    } else if WORDS.contains(&key) {
        Some(Normal::text(&value.to_ascii_lowercase()))
    } else {
        None
    };
    number.unwrap_or_else(|| Normal::text(value))
}

/// Seconds as microseconds; what is written in another way than with digits
/// and a dot stays text, but for C's hexadecimal numbers.
fn time(value: &[u8]) -> Option<Normal> {
    if value.starts_with(b"0x") || value.starts_with(b"0X") {
        let seconds = normal::whole_in_c(value)?;
        return Some(Normal::Time(seconds.checked_mul(1_000_000)?));
    }
    match Normal::number(value)? {
        Normal::Number(billionths) => Some(Normal::Time(billionths / 1_000)),
        _ => None,
    }
}

pub(super) fn spell(_: &str, value: &Normal) -> String {
    match value {
        Normal::Time(micros) => {
            let seconds = Normal::Number(micros.saturating_mul(1_000));
            seconds.to_string()
        }
        Normal::Flag(on) => u8::from(*on).to_string(),
        other => other.to_string(),
    }
}
