//! Whether two paths lead to one file.

use std::fs::Metadata;
use std::io::Result;
use std::path::{Path, PathBuf};

/// What no two files have in common.
#[cfg(unix)]
pub(crate) fn of(_: &Path, metadata: &Metadata) -> Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Ok((metadata.dev(), metadata.ino()))
}

/// The path, spelled as the system does. A file with two names of its own counts as two: writing takes
/// one name away from it and leaves the other as it was.
#[cfg(windows)]
pub(crate) fn of(path: &Path, _: &Metadata) -> Result<PathBuf> {
    path.canonicalize()
}

/// Whether two names of files that are not there would be one.
#[cfg(unix)]
pub(crate) fn is_one_name(one: &Path, other: &Path) -> bool {
    one == other
}

/// In upper or lower case they would.
#[cfg(windows)]
pub(crate) fn is_one_name(one: &Path, other: &Path) -> bool {
    one.to_string_lossy().to_lowercase() == other.to_string_lossy().to_lowercase()
}

/// The path of a file that is not there, as the system will spell it once it is.
#[cfg(unix)]
pub(crate) fn spelled(path: &Path) -> Result<PathBuf> {
    Ok(path.to_owned())
}

/// Without the dots and spaces at the end of a name, which the system leaves out.
#[cfg(windows)]
pub(crate) fn spelled(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path)
}
