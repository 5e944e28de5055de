//! Units, roundings and words.

use crate::formats::{Format, Normal};

fn normal(key: &str, value: &str) -> Normal {
    Format::Postgresql.normal(key, value.as_bytes())
}

fn spelt(key: &str, value: &str) -> String {
    Format::Postgresql.spell(key, &normal(key, value))
}

/// All of them are one value.
fn same(key: &str, values: &[&str]) {
    for value in values {
        assert_eq!(
            normal(key, value),
            normal(key, values[0]),
            "{key} = {value}"
        );
    }
}

fn text(key: &str, value: &str) {
    assert_eq!(normal(key, value), Normal::text(value.as_bytes()));
}

const MIB: i128 = 1 << 20;

#[test]
fn a_bare_number_counts_the_settings_own_unit() {
    assert_eq!(normal("shared_buffers", "16384"), Normal::Size(128 * MIB));
    assert_eq!(normal("work_mem", "4096"), Normal::Size(4 * MIB));
    assert_eq!(normal("max_wal_size", "1024"), Normal::Size(1024 * MIB));
    assert_eq!(
        normal("track_activity_query_size", "2048"),
        Normal::Size(2048)
    );
    assert_eq!(
        normal("checkpoint_timeout", "300"),
        Normal::Time(300_000_000)
    );
    assert_eq!(normal("statement_timeout", "300"), Normal::Time(300_000));
    assert_eq!(
        normal("log_rotation_age", "60"),
        Normal::Time(3_600_000_000)
    );
    assert_eq!(normal("max_connections", "100"), Normal::whole(100));
}

#[test]
fn the_same_in_other_words() {
    same(
        "shared_buffers",
        &[
            "128MB", "16384", "131072kB", " 128 MB ", "0.125GB", "0x4000", "040000", "1.6384e4",
        ],
    );
    same("Shared_Buffers", &["1GB", "1024MB", "131072"]);
    same("vacuum_cost_delay", &["2", "2ms", "2000us", "2.0"]);
    same("vacuum_cost_delay", &["2.0348", "2034.8us"]);
    same("checkpoint_timeout", &["5min", "300", "300s", "300000ms"]);
    same("random_page_cost", &["1.1", "1.10", "11e-1", "01.1"]);
    same("random_page_cost", &["1.5", "0x1.8", "0xCp-3"]);
    same("log_file_mode", &["0600", "384", "0x180"]);
}

#[test]
fn units_are_spelt_exactly_and_only_where_there_is_one() {
    text("work_mem", "4mb");
    text("work_mem", "4 KB");
    text("work_mem", "4MB 2");
    text("work_mem", "4s");
    text("max_connections", "100s");
    text("work_mem", "");
    text("work_mem", "MB");
    text("work_mem", "09");
    text("work_mem", "3000000MB");
    text("random_page_cost", "inf");
    text("work_mem", "99999999999999999999999999999999999999999");
    text("work_mem", "1e999999999999");
}

#[test]
fn fractions_are_rounded_first_to_the_next_unit_then_to_the_settings_own() {
    assert_eq!(normal("work_mem", "1.5GB"), Normal::Size(1536 * MIB));
    assert_eq!(normal("work_mem", "30.1GB"), Normal::Size(30_822 * MIB));
    assert_eq!(normal("shared_buffers", "100kB"), Normal::Size(12 * 8192));
    assert_eq!(normal("shared_buffers", "108kB"), Normal::Size(14 * 8192));
    assert_eq!(normal("max_wal_size", "1500kB"), Normal::Size(MIB));
    assert_eq!(
        normal("checkpoint_timeout", "2500ms"),
        Normal::Time(2_000_000)
    );
    assert_eq!(normal("max_connections", "10.5"), Normal::whole(10));
    assert_eq!(normal("max_connections", "11.5"), Normal::whole(12));
}

#[test]
fn what_is_below_zero_is_a_number_that_says_something_else() {
    assert_eq!(normal("autovacuum_work_mem", "-1"), Normal::whole(-1));
    assert_eq!(
        normal("log_min_duration_statement", "-1"),
        Normal::whole(-1)
    );
    assert_eq!(
        normal("autovacuum_vacuum_cost_delay", "-1"),
        Normal::whole(-1)
    );
    assert_eq!(normal("wal_buffers", "-1"), Normal::whole(-1));
    assert_eq!(normal("statement_timeout", "0"), Normal::Time(0));
}

#[test]
fn on_and_off_in_every_spelling() {
    same("fsync", &["on", "ON", "t", "tr", "TRUE", "y", "yes", "1"]);
    same("fsync", &["off", "of", "f", "FALSE", "n", "no", "0"]);
    assert_eq!(normal("fsync", "on"), Normal::Flag(true));
    assert_eq!(normal("fsync", "off"), Normal::Flag(false));
    for value in ["o", "", "2", "onn", " on"] {
        text("fsync", value);
    }
    // In 18 it takes words too.
    text("log_connections", "receipt,authentication");
}

#[test]
fn words_are_of_any_case_and_some_have_two_names() {
    same(
        "wal_level",
        &["replica", "REPLICA", "hot_standby", "archive"],
    );
    same("huge_pages", &["on", "true", "YES", "1"]);
    assert_eq!(normal("huge_pages", "tr"), Normal::text(b"tr"));
    assert_ne!(
        normal("synchronous_commit", "local"),
        normal("synchronous_commit", "on")
    );
    same("wal_compression", &["on", "pglz", "true"]);
    same("shared_preload_libraries", &["a,b", "a, b", " a ,b "]);
    text("cluster_name", "ON");
    text("cluster_name", "010");
}

#[test]
fn a_person_spells_it_in_the_largest_unit_that_divides() {
    assert_eq!(spelt("shared_buffers", "16384"), "128MB");
    assert_eq!(spelt("work_mem", "4000"), "4000kB");
    assert_eq!(spelt("effective_cache_size", "3072MB"), "3GB");
    assert_eq!(spelt("checkpoint_timeout", "900"), "15min");
    assert_eq!(spelt("deadlock_timeout", "1000"), "1s");
    assert_eq!(spelt("vacuum_cost_delay", "0.5"), "500us");
    assert_eq!(spelt("log_temp_files", "0"), "0");
    assert_eq!(spelt("wal_buffers", "-1"), "-1");
    assert_eq!(spelt("random_page_cost", "1.10"), "1.1");
    assert_eq!(spelt("fsync", "T"), "on");
    assert_eq!(spelt("log_file_mode", "416"), "0640");
    assert_eq!(spelt("wal_level", "Replica"), "replica");
    assert_eq!(
        spelt("listen_addresses", "localhost,::1"),
        "'localhost, ::1'"
    );
    assert_eq!(spelt("cluster_name", "it's"), "'it''s'");
    assert_eq!(spelt("cluster_name", ""), "''");
    assert_eq!(spelt("cluster_name", "a.b"), "'a.b'");
}
