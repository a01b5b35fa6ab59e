//! For implementation crates that take a message in one piece.

#[cfg(not(feature = "alloc"))]
use crate::error::Error;
use crate::error::Result;

/// The longest message in several parts that is joined without `alloc`, in bytes.
#[cfg(not(feature = "alloc"))]
const JOIN: usize = 1024;

/// Hands `use_it` the parts as one slice: as they are if there is one, else joined.
#[cfg(not(feature = "alloc"))]
pub(super) fn joined<T>(parts: &[&[u8]], use_it: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
    if let [message] = parts {
        return use_it(message);
    }
    let mut buffer = [0; JOIN];
    let mut len = 0;
    for part in parts {
        let rest = buffer.get_mut(len..).ok_or(Error::Unsupported)?;
        len += crate::bytes::put(rest, part).map_err(|_| Error::Unsupported)?.len();
    }
    use_it(buffer.get(..len).ok_or(Error::Unsupported)?)
}

/// Hands `use_it` the parts as one slice: as they are if there is one, else joined.
#[cfg(feature = "alloc")]
pub(super) fn joined<T>(parts: &[&[u8]], use_it: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
    if let [message] = parts {
        return use_it(message);
    }
    use_it(&parts.concat())
}
