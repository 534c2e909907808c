//! Files that survive a power cut, and their hashes.

use std::{
    fs::{File, Permissions},
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use tempfile::TempDir;

use super::{Result, UpkeepError};

const CHUNK: usize = 1_024 * 1_024;

/// SHA-256 of a file and its length.
pub(super) fn sha256(path: &Path) -> Result<(String, u64)> {
    let read = || {
        let mut file = File::open(path)?;
        let mut digest = digest::Context::new(&digest::SHA256);
        let (mut chunk, mut length) = (vec![0; CHUNK], 0);
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok((HEXLOWER.encode(digest.finish().as_ref()), length)),
                n => {
                    digest.update(&chunk[..n]);
                    length += n as u64;
                }
            }
        }
    };
    read().map_err(UpkeepError::io("read", path))
}

/// Returns when the disk has the file, or the names in a folder.
pub(super) fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(UpkeepError::io("synced", path))
}

/// Writes a file for nobody else's eyes and returns when the disk has it.
pub(super) fn write(path: &Path, content: &str) -> Result<()> {
    std::fs::write(path, content).map_err(UpkeepError::io("written", path))?;
    private(path)?;
    sync(path)
}

/// Takes the rights of everybody else away.
pub(super) fn private(path: &Path) -> Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(0o600))
        .map_err(UpkeepError::io("made private", path))
}

/// The folder that a file or folder is in.
pub(super) fn parent(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// A folder beside `path` in which it is made until it is whole; gone when it is dropped.
pub(super) fn draft(path: &Path) -> Result<TempDir> {
    let parent = parent(path);
    std::fs::create_dir_all(&parent).map_err(UpkeepError::io("made", &parent))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    tempfile::Builder::new()
        .prefix(&format!(".{name}.unfinished-"))
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(&parent)
        .map_err(UpkeepError::io("written to", &parent))
}

/// Puts what was drafted in its place, in one step.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(UpkeepError::io("put in place", to))?;
    sync(&parent(to))
}

/// Bytes that are free for us where `path` lies.
pub(super) fn free(path: &Path) -> Result<u64> {
    let found = rustix::fs::statvfs(path).map_err(std::io::Error::from);
    let found = found.map_err(UpkeepError::io("looked at", path))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}
