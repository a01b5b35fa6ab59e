//! What is done when the process ends.

use core::ffi::c_int;

// SAFETY: ISO C has it in every process, and it takes any function.
unsafe extern "C" {
    safe fn atexit(function: extern "C" fn()) -> c_int;
}

/// Has `function` called when the process ends, before whatever asked for it earlier. Without room for
/// one more, that is left out.
pub(crate) fn at_exit(function: extern "C" fn()) {
    let _ = atexit(function);
}
