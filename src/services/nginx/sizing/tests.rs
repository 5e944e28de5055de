//! The sums of sizing, share by share.

use super::*;

fn inputs(mib: u64) -> Inputs {
    let zone = |key, used| (key, used, None);
    Inputs {
        share: Bytes::mib(mib),
        tls: false,
        files: false,
        slots: 2,
        buffers: Buffering::default(),
        workers: None,
        connections: None,
        requests: None,
        open_files: None,
        zones: [
            zone(LIMIT_CONN_ZONE, true),
            zone(LIMIT_REQ_ZONE, false),
            zone(KEYS_ZONE, false),
            zone(SESSIONS, false),
        ],
    }
}

fn with_everything(mib: u64) -> Inputs {
    let mut all = Inputs {
        tls: true,
        files: true,
        ..inputs(mib)
    };
    for (_, used, _) in &mut all.zones {
        *used = true;
    }
    all
}

fn fits(inputs: &Inputs, cpus: u64) -> (u64, u64, u64) {
    let workers = Formula::min_of(&inputs.workers(&Formula::count("cpus", cpus)))
        .whole()
        .max(1);
    let sizing = inputs.size(workers);
    let connections = inputs.connections.unwrap_or(sizing.connections.whole());
    let requests = inputs.requests.unwrap_or(sizing.requests.whole());
    let worst = inputs.worst(workers, connections, requests);
    assert!(
        worst.total() <= inputs.share,
        "{} in {}: {worst:?}",
        worst.total(),
        inputs.share
    );
    (workers, connections, requests)
}

#[test]
fn the_worst_case_fits_every_share_from_the_least_on() {
    for make in [inputs, with_everything] {
        let least = make(0).least().whole_mib();
        for mib in (least..least + 200).chain((least + 200..9000).step_by(61)) {
            for cpus in [1, 2, 8, 896] {
                let (_, connections, requests) = fits(&make(mib), cpus);
                assert!(
                    connections >= LEAST_CONNECTIONS && requests >= 8,
                    "{mib}: {requests}"
                );
            }
        }
    }
}

#[test]
fn pins_raise_the_least() {
    let pinned = Inputs {
        connections: Some(4096),
        workers: Some(4),
        ..inputs(0)
    };
    let least = pinned.least();
    assert!(least > Bytes::mib(600), "{least}");
    fits(
        &Inputs {
            share: least,
            ..pinned
        },
        2,
    );
    let requests = Inputs {
        requests: Some(5000),
        ..inputs(0)
    };
    let share = requests.least();
    assert_eq!(fits(&Inputs { share, ..requests }, 2).2, 5000);
    let mut wide = inputs(0);
    wide.buffers.large_header = crate::services::nginx::buffers::Buffers::new(4, Bytes::MIB);
    for mib in 0..64 {
        fits(
            &Inputs {
                share: wide.least().plus(Bytes::mib(mib * 9)),
                ..wide
            },
            8,
        );
    }
}

/// docs/formulas.md, "nginx": workers by share, connections in powers of two.
#[test]
fn the_rows() {
    assert_eq!(inputs(0).least(), Bytes::mib(15));
    assert_eq!(fits(&inputs(23), 2).0, 1);
    assert_eq!(fits(&inputs(48), 2).0, 1);
    assert_eq!(fits(&inputs(64), 2), (1, 512, 192));
    assert_eq!(fits(&inputs(128), 2), (2, 512, 384));
    assert_eq!(fits(&inputs(256), 2), (2, 1024, 768));
    assert_eq!(fits(&inputs(4096), 2), (2, 4096, 3072));
}

/// Processors that the memory does not feed take no connections away.
#[test]
fn connections_come_before_workers() {
    for mib in [64, 128, 256, 512, 2048, 8192] {
        let mut before = 0;
        for cpus in [1, 2, 8, 32, 896] {
            let (workers, connections, requests) = fits(&inputs(mib), cpus);
            assert!(
                workers == 1 || connections >= 512,
                "{mib} {cpus}: {connections}"
            );
            assert!(
                requests >= before || requests >= 2000,
                "{mib} {cpus}: {requests}"
            );
            before = requests;
        }
    }
}
