//! What every call goes through: nothing unwinds into C, and pointers are looked at in one place.

use crate::error::{Failure, Result};
use core::ffi::{CStr, c_char, c_int, c_uchar};
use core::panic::AssertUnwindSafe;
use core::ptr::NonNull;
use core::slice;
use std::panic::catch_unwind;
use zeroize::Zeroize;

/// Does the work of one call and makes a code of how it ended.
///
/// What is behind handles stays whole if it panics: they are changed by single assignments only.
pub fn guard(work: impl FnOnce() -> Result<()>) -> c_int {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => 0,
        Ok(Err(failure)) => failure.number(),
        Err(panic) => {
            // What a panic carries may panic when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
            Failure::Internal.number()
        }
    }
}

/// The same for what cannot fail, with what it says if it does.
pub fn guard_or<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}

/// The longest object there can be.
const LONGEST: usize = usize::MAX / 2;

/// Bytes that the caller passes.
///
/// # Safety
/// `len` bytes are there, and stay as they are for `'a`.
pub unsafe fn input<'a>(bytes: *const c_uchar, len: usize) -> Result<&'a [u8]> {
    match (bytes.is_null(), len) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Failure::NullArgument),
        (false, len) if len > LONGEST => Err(khoalai::Error::Malformed.into()),
        // SAFETY: it is not NULL, not too long, and the caller says the bytes are there.
        (false, len) => Ok(unsafe { slice::from_raw_parts(bytes, len) }),
    }
}

/// The same for what has a limit, so that a length that is nonsense is not believed.
///
/// # Safety
/// As [`input`].
pub unsafe fn input_up_to<'a>(bytes: *const c_uchar, len: usize, limit: usize) -> Result<&'a [u8]> {
    if len > limit {
        return Err(khoalai::Error::Malformed.into());
    }
    // SAFETY: as the caller says.
    unsafe { input(bytes, len) }
}

/// Text that ends with a zero. NULL is none.
///
/// # Safety
/// It does end, and stays as it is for `'a`.
pub unsafe fn text<'a>(text: *const c_char) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: it is not NULL, and the caller says that it ends.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|_| khoalai::Error::Malformed.into())
}

/// The same for what has to be there.
///
/// # Safety
/// As [`text`].
pub unsafe fn required_text<'a>(given: *const c_char) -> Result<&'a str> {
    // SAFETY: as the caller says.
    unsafe { text(given) }?.ok_or(Failure::NullArgument)
}

/// A place for one result.
///
/// # Safety
/// Unless NULL, it can be written to, and nobody else does for `'a`.
pub unsafe fn place<'a, T>(place: *mut T) -> Result<&'a mut T> {
    // SAFETY: as the caller says.
    unsafe { place.as_mut() }.ok_or(Failure::NullArgument)
}

/// What is zeroed of a buffer when a call fails before it is known how much would have been written.
const MOST: usize = khoalai::limits::MAX_PEM;

/// A buffer of the caller's, and its length.
pub struct Output<'a> {
    buffer: Option<NonNull<c_uchar>>,
    len: &'a mut usize,
}

impl Output<'_> {
    /// # Safety
    /// Unless NULL, `len` can be read and written, and so can as many bytes at `buffer` as it says, or as
    /// many as are written if that is less; nobody else does for `'a`.
    pub unsafe fn new(buffer: *mut c_uchar, len: *mut usize) -> Result<Self> {
        // SAFETY: as the caller says.
        let len = unsafe { place(len) }?;
        Ok(Self { buffer: NonNull::new(buffer), len })
    }

    /// Whether only the length is asked for.
    pub const fn is_question(&self) -> bool {
        self.buffer.is_none()
    }

    /// Says how much room is needed, and leaves the buffer alone.
    pub fn needs(self, needed: usize) {
        *self.len = needed;
    }

    /// Writes what `make` makes of the front of the buffer, `needed` bytes, and returns how long it is. On
    /// failure these bytes are zeros.
    pub fn fill(self, needed: usize, make: impl FnOnce(&mut [u8]) -> Result<usize>) -> Result<()> {
        let room = core::mem::replace(self.len, needed);
        let Some(buffer) = self.buffer else { return Ok(()) };
        // SAFETY: there are as many, as `new` was told.
        let front = unsafe { slice::from_raw_parts_mut(buffer.as_ptr(), room.min(needed)) };
        let mut filling = Filling(front);
        if room < needed {
            return Err(khoalai::Error::BufferTooSmall.into());
        }
        *self.len = 0;
        let written = make(filling.0)?;
        // What is behind a shorter answer may be left over from making it.
        filling.0.get_mut(written..).ok_or(Failure::Internal)?.zeroize();
        filling.0 = &mut [];
        *self.len = written;
        Ok(())
    }

    /// Copies out what came of the work, if anything.
    pub fn copy_of(self, made: Result<impl core::ops::Deref<Target = Vec<u8>>>) -> Result<()> {
        match made {
            Ok(made) => self.fill(made.len(), |out| {
                out.copy_from_slice(&made);
                Ok(made.len())
            }),
            Err(failure) => self.refuse(failure),
        }
    }

    /// Ends a call that came to nothing before anything was made.
    pub fn refuse(self, failure: Failure) -> Result<()> {
        let room = core::mem::replace(self.len, 0);
        // A length that no buffer has is not believed.
        if let Some(buffer) = self.buffer.filter(|_| room <= LONGEST) {
            // SAFETY: there are as many, as `new` was told.
            unsafe { slice::from_raw_parts_mut(buffer.as_ptr(), room.min(MOST)) }.zeroize();
        }
        Err(failure)
    }
}

/// The front of a buffer, which is zeroed unless it was filled to the end, also if that panics.
struct Filling<'a>(&'a mut [u8]);

impl Drop for Filling<'_> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
