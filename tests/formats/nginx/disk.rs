//! The files of this machine.

use hosttune::formats::{Files, Missing};

pub(super) struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        std::fs::read(path).map_err(|error| missing(path, &error))
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        let entries = std::fs::read_dir(directory).map_err(|error| missing(directory, &error))?;
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        Ok(names)
    }
}

fn missing(path: &str, error: &std::io::Error) -> Missing {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            match std::fs::read_link(path) {
                Ok(to) => Missing::Dangling(to.display().to_string()),
                Err(_) => Missing::Absent,
            }
        }
        std::io::ErrorKind::IsADirectory => Missing::Directory,
        _ => Missing::Unreadable(error.to_string()),
    }
}
