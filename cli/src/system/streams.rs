//! stdin and stdout as files, without the buffers of `std`, which would keep copies of secrets.

use std::fs::File;
use std::io;

/// stdin.
pub(crate) fn stdin() -> io::Result<File> {
    owned(&io::stdin())
}

/// stdout.
pub(crate) fn stdout() -> io::Result<File> {
    owned(&io::stdout())
}

#[cfg(unix)]
fn owned(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    Ok(File::from(stream.as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn owned(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    Ok(File::from(stream.as_handle().try_clone_to_owned()?))
}
