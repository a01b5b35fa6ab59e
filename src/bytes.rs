//! Slices of known length, without a way to panic.

use crate::error::{Error, Result};
use zeroize::Zeroize;

/// `bytes` as an array of exactly `N`.
pub(crate) fn array<const N: usize>(bytes: &[u8]) -> Result<&[u8; N]> {
    bytes.try_into().map_err(|_| Error::Malformed)
}

/// The first `len` bytes of `out`.
pub(crate) fn room(out: &mut [u8], len: usize) -> Result<&mut [u8]> {
    out.get_mut(..len).ok_or(Error::BufferTooSmall)
}

/// Zeroes as much of the first `len` bytes of `out` as there are: nothing stale stays where an
/// output was to be, and nothing behind it is touched.
pub(crate) fn clear(out: &mut [u8], len: usize) {
    let len = len.min(out.len());
    // As a whole: byte by byte each is a store that nothing may join.
    out.get_mut(..len).unwrap_or_default().zeroize();
}

/// Copies `from` to the front of `out` and returns what was written.
pub(crate) fn put<'o>(out: &'o mut [u8], from: &[u8]) -> Result<&'o mut [u8]> {
    let out = room(out, from.len())?;
    out.copy_from_slice(from);
    Ok(out)
}

/// Splits `bytes` after `len`.
pub(crate) fn split(bytes: &[u8], len: usize) -> Result<(&[u8], &[u8])> {
    bytes.split_at_checked(len).ok_or(Error::Malformed)
}

/// Splits `out` after `len`.
pub(crate) fn split_mut(out: &mut [u8], len: usize) -> Result<(&mut [u8], &mut [u8])> {
    out.split_at_mut_checked(len).ok_or(Error::BufferTooSmall)
}

/// Whether what has `most` bytes, or up to so many where lengths vary, may have `len`.
pub(crate) const fn is_len(len: usize, most: usize, varies: bool) -> bool {
    len == most || (varies && 0 < len && len < most)
}

/// Passes `result` on, and leaves nothing in `out` if it failed.
pub(crate) fn zero_unless_ok<T>(result: Result<T>, out: &mut [u8]) -> Result<T> {
    if result.is_err() {
        out.zeroize();
    }
    result
}

/// Asks a key to write to `out`, and returns how much it wrote. What it returns must be the front of
/// `out`: a key that points elsewhere has written something else, or nothing.
pub(crate) fn written<'o>(
    out: &'o mut [u8],
    ask: impl FnOnce(&'o mut [u8]) -> Result<&'o [u8]>,
) -> Result<usize> {
    let (start, room) = (out.as_ptr(), out.len());
    let part = ask(out)?;
    let front = core::ptr::eq(part.as_ptr(), start) && part.len() <= room;
    if front { Ok(part.len()) } else { Err(Error::HalvesMismatch) }
}

/// The same, where all of `out` must be written.
pub(crate) fn written_whole<'o>(
    out: &'o mut [u8],
    ask: impl FnOnce(&'o mut [u8]) -> Result<&'o [u8]>,
) -> Result<()> {
    let room = out.len();
    if written(out, ask)? == room { Ok(()) } else { Err(Error::HalvesMismatch) }
}

/// Whether public bytes are nothing but zeros, or none.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
