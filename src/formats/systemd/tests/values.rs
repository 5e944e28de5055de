use super::super::super::{Format, Normal};

#[test]
fn values_are_freed_of_their_spelling() {
    let normal = |key: &str, value: &str| Format::Systemd.normal(key, value.as_bytes());
    for (key, value, expected) in [
        ("MemoryMax", "345M", Normal::Size(345 << 20)),
        ("MemoryMax", "1.5K", Normal::Size(1536)),
        ("MemoryMax", "1G 5M", Normal::Size((1 << 30) + (5 << 20))),
        ("MemoryMax", "infinity", Normal::Unlimited),
        ("MemoryMax", "10%", Normal::text(b"10%")),
        ("MemoryMax", "5k", Normal::text(b"5k")),
        ("TasksMax", "0x10", Normal::whole(16)),
        ("LimitNOFILE", "7:7", Normal::whole(7)),
        ("LimitNOFILE", "6:7", Normal::text(b"6:7")),
        ("LimitMEMLOCK", "64M", Normal::Size(64 << 20)),
        ("TimeoutStopSec", "5min 20s", Normal::Time(320_000_000)),
        ("TimeoutStopSec", "35", Normal::Time(35_000_000)),
        ("TimeoutStopSec", "0", Normal::Unlimited),
        ("RestartSec", "100ms", Normal::Time(100_000)),
        ("OOMScoreAdjust", "-900", Normal::whole(-900)),
        ("SendSIGKILL", "TrUe", Normal::Flag(true)),
        ("User", "0x10", Normal::text(b"0x10")),
        (
            "MemoryMax",
            "99999999999999999999999999999999999999999999E",
            Normal::text(b"99999999999999999999999999999999999999999999E"),
        ),
    ] {
        assert_eq!(normal(key, value), expected, "{key}={value}");
    }
}

#[test]
fn values_are_spelled_as_a_person_writes_them() {
    let spell = |value: &Normal| Format::Systemd.spell("", value);
    assert_eq!(spell(&Normal::Size(345 << 20)), "345M");
    assert_eq!(spell(&Normal::Size(2 << 30)), "2G");
    assert_eq!(spell(&Normal::Size(0)), "0");
    assert_eq!(spell(&Normal::Size(1025)), "1025");
    assert_eq!(spell(&Normal::Time(35_000_000)), "35");
    assert_eq!(spell(&Normal::Time(1_500_000)), "1500ms");
    assert_eq!(spell(&Normal::Flag(true)), "yes");
    assert_eq!(spell(&Normal::Unlimited), "infinity");
}
