//! Whether nobody but root and the user of this process can replace a file.

use std::io::Result;
use std::path::Path;

/// A regular file, it and all above it owned by root or by us, and none writable for everybody, but
/// for sticky directories. A link anywhere in the path is no longer the canonical path that was listed.
#[cfg(unix)]
pub(super) fn is_ours(path: &Path) -> Result<bool> {
    use std::fs::symlink_metadata;
    use std::os::unix::fs::MetadataExt;

    const STICKY: u32 = 0o1000;
    const WRITABLE_FOR_EVERYBODY: u32 = 0o002;
    let user = rustix::process::geteuid().as_raw();
    for (above, path) in path.ancestors().enumerate() {
        let metadata = symlink_metadata(path)?;
        let right_kind = if above == 0 { metadata.is_file() } else { metadata.is_dir() };
        let ours = metadata.uid() == 0 || metadata.uid() == user;
        let open = metadata.mode() & WRITABLE_FOR_EVERYBODY != 0;
        let sticky = above > 0 && metadata.mode() & STICKY != 0;
        if !right_kind || !ours || (open && !sticky) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A canonical path still, of a regular file.
#[cfg(not(unix))]
pub(super) fn is_ours(path: &Path) -> Result<bool> {
    Ok(std::fs::canonicalize(path)? == path && std::fs::symlink_metadata(path)?.is_file())
}
