//! The document that is signed: of any length, read once, in constant memory.

use crate::failure::Failure;
use crate::input;
use crate::progress::Progress;
use crate::session::Session;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// How much is read at a time.
const PIECE: usize = 1024 * 1024;

/// Hands the pieces of a file to `take`, in order, and returns the file's length.
pub(crate) fn each_piece(
    session: &Session,
    path: &Path,
    mut take: impl FnMut(&mut [u8]),
) -> Result<u64, Failure> {
    let mut file = input::open(path)?;
    let mut progress = Progress::of(session, &file);
    let mut buffer = vec![0; PIECE];
    let mut length = 0_u64;
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(input::unreadable(path, error)),
        };
        take(buffer.get_mut(..read).unwrap_or_default());
        length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        progress.read(read);
    }
}
