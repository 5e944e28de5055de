//! The metadata services of three clouds, played by a listener of our own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use super::*;

/// Answers each connection in turn by what `answer` makes of the request.
fn service(answer: fn(&str) -> Option<String>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 2048];
            let count = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..count]).into_owned();
            match answer(&request) {
                Some(answer) => drop(stream.write_all(answer.as_bytes())),
                // Says nothing, and keeps the line open.
                None => thread::sleep(Duration::from_secs(5)),
            }
        }
    });
    address
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn ec2_takes_a_token_first() {
    let address = service(|request| {
        if request.starts_with("PUT /latest/api/token HTTP/1.1") {
            assert!(request.contains("X-aws-ec2-metadata-token-ttl-seconds: 60\r\n"));
            return Some(ok("AQAE=="));
        }
        assert!(request.contains("X-aws-ec2-metadata-token: AQAE==\r\n"));
        assert!(!request.contains("X-Forwarded-For"));
        Some(ok(r#"{"instanceType": "t3.small", "region": "eu-west-1"}"#))
    });
    let answer = ask(address, Some(Cloud::Aws));
    assert_eq!(answer.instance_type.as_deref(), Some("t3.small"));
    assert_eq!(answer.cloud, Some(Cloud::Aws));
}

#[test]
fn gcp_gives_a_path_and_azure_a_document() {
    let gcp = service(|request| {
        assert!(request.contains("Metadata-Flavor: Google\r\n"));
        assert!(request.contains("Host: metadata.google.internal\r\n"));
        Some(ok("projects/1/machineTypes/e2-small"))
    });
    assert_eq!(
        ask(gcp, Some(Cloud::Gcp)).instance_type.as_deref(),
        Some("e2-small")
    );
    let azure = service(|request| {
        assert!(request.contains("Metadata: true\r\n"));
        let body = r#"{"compute": {"vmSize": "Standard_B2s"}}"#;
        let size = body.len();
        Some(format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        ))
    });
    assert_eq!(
        ask(azure, Some(Cloud::Azure)).instance_type.as_deref(),
        Some("Standard_B2s")
    );
}

#[test]
fn an_unknown_cloud_is_asked_for_each_in_turn() {
    let address = service(|request| match request.split(' ').next() {
        Some("GET") if request.contains("computeMetadata") => {
            Some(ok("projects/1/machineTypes/e2-small"))
        }
        _ => Some("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()),
    });
    let answer = ask(address, None);
    assert_eq!(
        (answer.cloud, answer.instance_type.as_deref()),
        (Some(Cloud::Gcp), Some("e2-small"))
    );
}

#[test]
fn silence_a_refusal_and_nonsense_are_unknown_within_the_limit() {
    let before = Instant::now();
    let silent = ask(service(|_| None), Some(Cloud::Aws));
    assert!(
        before.elapsed() < Duration::from_millis(1900),
        "{:?}",
        before.elapsed()
    );
    assert_eq!(silent.instance_type, None);
    assert!(
        silent.from.contains("no answer within 1 s"),
        "{}",
        silent.from
    );

    let forbidden = ask(
        service(|_| Some("HTTP/1.1 403 Forbidden\r\n\r\n".to_owned())),
        Some(Cloud::Aws),
    );
    assert!(
        forbidden.from.contains("answered 403"),
        "{}",
        forbidden.from
    );

    let nonsense = ask(
        service(|_| Some(ok("projects/1/machineTypes/\u{1b}[31m"))),
        Some(Cloud::Gcp),
    );
    assert_eq!(nonsense.instance_type, None);
    let unasked = ask(ADDRESS, Some(Cloud::Hetzner));
    assert!(unasked.from.contains("tells no type"), "{}", unasked.from);
}
