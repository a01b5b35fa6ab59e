//! Wiping what is the caller's.

use crate::boundary::guard_or;
use core::ffi::{c_uchar, c_void};
use core::slice;
use zeroize::Zeroize;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_wipe(bytes: *mut c_void, len: usize) {
    guard_or((), || {
        if !bytes.is_null() && len <= usize::MAX / 2 {
            // SAFETY: the caller says that so many bytes are there, and its own.
            let bytes = unsafe { slice::from_raw_parts_mut(bytes.cast::<c_uchar>(), len) };
            bytes.zeroize();
        }
    });
}
