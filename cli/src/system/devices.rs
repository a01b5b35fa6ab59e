//! Paths that lead to no file: devices, pipes.

use std::path::Path;

/// Whether a path leads to something that is written into, and not replaced by a file.
#[cfg(unix)]
pub(crate) fn is_device(path: &Path) -> bool {
    path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir() && !there.is_symlink())
}

/// `NUL`, which takes everything and gives nothing. It has no metadata.
#[cfg(windows)]
pub(crate) fn is_device(path: &Path) -> bool {
    device(path).is_some_and(|name| name.eq_ignore_ascii_case("nul"))
}

/// Whether the system takes a path for something that nobody would name as a file.
#[cfg(unix)]
pub(crate) const fn is_reserved(_: &Path) -> bool {
    false
}

/// `CON`, `COM1`, `aux.pem` and their like in any folder: who names a key so does not mean a serial line.
#[cfg(windows)]
pub(crate) fn is_reserved(path: &Path) -> bool {
    device(path).is_some_and(|name| !name.eq_ignore_ascii_case("nul"))
}

/// The device that a path leads to. Which names are devices differs from one Windows to the next
/// (`aux.pem` is one on 10 and none on 11), so the system itself is asked: it makes `\\.\aux` of them.
#[cfg(windows)]
fn device(path: &Path) -> Option<std::ffi::OsString> {
    use std::path::{Component, Prefix, absolute};
    let path = absolute(path).ok()?;
    let Some(Component::Prefix(prefix)) = path.components().next() else { return None };
    match prefix.kind() {
        Prefix::DeviceNS(name) | Prefix::Verbatim(name) => Some(name.to_owned()),
        _ => None,
    }
}
