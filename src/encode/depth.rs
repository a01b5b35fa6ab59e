//! How deep DER may be nested.

use crate::error::{Error, Result};
use crate::limits::MAX_DER_DEPTH;
use der::{Decode, Header, Reader, SliceReader};

/// Refuses what is nested deeper than [`MAX_DER_DEPTH`], before anything is made of it. It calls
/// nothing recursively, so it needs no more stack for a deeper document.
pub(super) fn check(der: &[u8]) -> Result<()> {
    let mut reader = SliceReader::new(der).map_err(|_| Error::Malformed)?;
    // How much is left to read where each open value ends.
    let mut ends = [0; MAX_DER_DEPTH];
    let mut depth = 0_usize;
    while !reader.is_finished() {
        let header = Header::decode(&mut reader).map_err(|_| Error::Malformed)?;
        let len = usize::try_from(header.length()).map_err(|_| Error::Malformed)?;
        let left = usize::try_from(reader.remaining_len()).map_err(|_| Error::Malformed)?;
        let end = left.checked_sub(len).ok_or(Error::Malformed)?;
        if header.tag().is_constructed() {
            *ends.get_mut(depth).ok_or(Error::Malformed)? = end;
            depth += 1;
        } else {
            reader.drain(header.length()).map_err(|_| Error::Malformed)?;
        }
        let left = usize::try_from(reader.remaining_len()).map_err(|_| Error::Malformed)?;
        while depth > 0 && ends.get(depth - 1).is_some_and(|end| *end >= left) {
            depth -= 1;
        }
    }
    Ok(())
}
