//! Reading: small inputs whole and with a limit, `-` for stdin.

use crate::failure::{Failure, Problem};
use crate::system::{access, devices, streams};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// Whether a path stands for stdin or stdout.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens a file, or stdin.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    if devices::is_reserved(path) {
        return Err(Failure::from(Problem::DeviceName).about(path));
    }
    let opened = if is_stream(path) { streams::stdin() } else { File::open(path) };
    opened.map_err(|error| unreadable(path, error))
}

pub(crate) fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::from(Problem::ReadFailed).about(path).system(error)
}

/// Refuses a secret that others can read, with `open`, and where the system does not tell, with `untold`.
/// It is asked of the open file: the name may lead elsewhere a moment later.
pub(crate) fn only_ours(file: &File, path: &Path, open: Problem, untold: Problem) -> Result<(), Failure> {
    match access::is_ours_alone(file).map_err(|error| unreadable(path, error))? {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::from(open).about(path)),
        None => Err(Failure::from(untold).about(path)),
    }
}

/// Reads all of a small input, which may be secret.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    read_from(&mut open(path)?, path, limit)
}

/// Reads what is left of `source`, at most `limit` bytes.
pub(crate) fn read_from(
    source: &mut impl Read,
    path: &Path,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // Room for one byte more than allowed from the start: a vector that grows leaves copies behind.
    let mut content = Zeroizing::new(vec![0; limit + 1]);
    let mut len = 0;
    while let Some(rest) = content.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, error)),
        }
    }
    if len > limit {
        return Err(Failure::from(Problem::TooLarge).about(path));
    }
    content.truncate(len);
    Ok(content)
}
