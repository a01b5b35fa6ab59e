//! TEST ONLY: the C interface with one function more, which panics where all others do their work. It is
//! a library of its own, so that nothing in the real one panics on request.

use core::ffi::{c_int, c_uchar};
use khoalai_c::boundary::{Output, guard};

/// Fills a buffer and panics before it is done: never to its caller.
///
/// # Safety
/// As of every function with an output.
#[unsafe(no_mangle)]
#[allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::panic_in_result_fn,
    reason = "this is what it is for"
)]
pub unsafe extern "C" fn khoalai_test_panic(out: *mut c_uchar, out_len: *mut usize) -> c_int {
    guard(|| {
        // SAFETY: as the caller says.
        let out = unsafe { Output::new(out, out_len) }?;
        out.fill(32, |out| {
            out.fill(7);
            panic!("TEST ONLY")
        })
    })
}
