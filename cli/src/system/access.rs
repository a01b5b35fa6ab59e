//! Who may read a file.

use std::fs::File;
use std::io;

/// A new file, for its owner only if it is secret.
#[cfg(unix)]
pub(crate) fn restrict(builder: &mut tempfile::Builder<'_, '_>, is_secret: bool) {
    use std::os::unix::fs::PermissionsExt;
    // For what is public the user's umask decides.
    let mode = if is_secret { 0o600 } else { 0o666 };
    builder.permissions(std::fs::Permissions::from_mode(mode));
}

/// A new file has the rights of the folder it is made in: others are set only by calls that are not
/// safe Rust. A user's own folders let in the user, administrators and the system.
#[cfg(windows)]
pub(crate) fn restrict(_: &mut tempfile::Builder<'_, '_>, _is_secret: bool) {}

/// Whether the file is ours and closed to all others; nothing if the system does not tell.
#[cfg(unix)]
pub(crate) fn is_ours_alone(file: &File) -> io::Result<Option<bool>> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    let ours = metadata.uid() == rustix::process::geteuid().as_raw();
    Ok(Some(ours && metadata.mode() & 0o077 == 0))
}

/// Windows tells it only through calls that are not safe Rust.
#[cfg(windows)]
pub(crate) fn is_ours_alone(_: &File) -> io::Result<Option<bool>> {
    Ok(None)
}
