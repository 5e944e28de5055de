//! The real programs, and chance that is the same each time.
#![allow(clippy::disallowed_methods, reason = "runs programs")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The longest that a start may take, on a busy machine too.
const START: Duration = Duration::from_mins(1);

/// A program, or the failure of the test that needs it.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path);
    let places = places.chain(["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from));
    places
        .map(|place| place.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed: run tests/needs, as root"))
}

/// All that a program printed, on both of its outputs.
pub(crate) fn printed(command: &mut Command) -> String {
    let Output { stdout, stderr, .. } = command.stdin(Stdio::null()).output().unwrap();
    let both = [stdout, stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// A server that ends with its test.
pub(crate) struct Server(Child);

impl Server {
    /// Starts it in the foreground, as nobody where it refuses to be root, and
    /// waits until it is ready.
    pub(crate) fn start(
        name: &str,
        arguments: &[&str],
        as_nobody: bool,
        mut is_ready: impl FnMut() -> bool,
    ) -> Self {
        let mut command = Command::new(program("setpriv"));
        command.args(["--pdeathsig", "KILL"]);
        if as_nobody {
            command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
        }
        command.arg("--").arg(program(name)).args(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut server = Self(command.spawn().unwrap());
        let began = Instant::now();
        while !is_ready() {
            if server.0.try_wait().unwrap().is_some() {
                let (stdout, stderr) = (server.0.stdout.take(), server.0.stderr.take());
                let said = std::io::read_to_string(stdout.unwrap()).unwrap();
                panic!(
                    "{name} ended: {said}{}",
                    std::io::read_to_string(stderr.unwrap()).unwrap()
                );
            }
            assert!(began.elapsed() < START, "{name} does not get ready");
            std::thread::sleep(Duration::from_millis(2));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Chance that is the same each time: a failure is the code's, not the day's.
/// Source: the constants are Knuth's, MMIX.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub(crate) fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// One byte away, twice, or another in its place.
    pub(crate) fn damage(&mut self, text: &mut Vec<u8>) {
        const HOSTILE: &[u8] = b"\"'\\ \t\n\r#;={}[]%/a0\xff\x0b";
        if text.is_empty() {
            return;
        }
        let at = self.below(text.len());
        let byte = HOSTILE[self.below(HOSTILE.len())];
        match self.below(3) {
            0 => drop(text.remove(at)),
            1 => text.insert(at, byte),
            _ => text[at] = byte,
        }
    }
}
