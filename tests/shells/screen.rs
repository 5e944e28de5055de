//! An interactive shell on a terminal of its own.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Screen {
    child: Child,
    keys: File,
    said: Receiver<String>,
    text: String,
}

/// With the program on it.
pub(crate) fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_tune"));
    format!("{}:/usr/bin:/bin", program.parent().unwrap().display())
}

impl Screen {
    pub(crate) fn new(here: &Path, shell: &str, arguments: &[&str]) -> Self {
        let size = nix::pty::Winsize {
            ws_row: 24,
            ws_col: 200,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = nix::pty::openpty(Some(&size), None).unwrap();
        let end = || Stdio::from(pty.slave.try_clone().unwrap());
        let child = Command::new(shell)
            .env_clear()
            .envs([("PATH", path().as_str()), ("TERM", "dumb"), ("LC_ALL", "C")])
            .env("HOME", here)
            .current_dir(here)
            .args(arguments)
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        let keys = File::from(pty.master);
        let mut screen = keys.try_clone().unwrap();
        let (tell, said) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = screen.read(&mut buffer) {
                let text = buffer.get(..length).unwrap();
                if tell
                    .send(String::from_utf8_lossy(text).into_owned())
                    .is_err()
                {
                    return;
                }
            }
        });
        Self {
            child,
            keys,
            said,
            text: String::new(),
        }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for a text, and forgets what was before its end.
    pub(crate) fn wait(&mut self, text: &str) {
        loop {
            if let Some((_, rest)) = self.text.split_once(text) {
                self.text = rest.to_owned();
                return;
            }
            match self.said.recv_timeout(PATIENCE) {
                Ok(said) => self.text.push_str(&said),
                Err(error) => panic!("{error}: no {text:?} in {:?}", self.text),
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
