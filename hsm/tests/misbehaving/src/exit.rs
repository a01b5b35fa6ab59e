//! Whether somebody is in the real module when the process ends: no test may end so, for what real
//! modules take down then would be in use.

use std::ffi::c_int;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

static INSIDE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: ISO C has it in every process, and it takes any function.
unsafe extern "C" {
    safe fn atexit(function: extern "C" fn()) -> c_int;
}

/// A call in the real module.
pub(crate) struct Inside(());

impl Inside {
    pub(crate) fn enter() -> Self {
        static FIRST: Once = Once::new();
        FIRST.call_once(|| assert_eq!(atexit(look), 0));
        INSIDE.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

extern "C" fn look() {
    let inside = INSIDE.load(Ordering::SeqCst);
    if inside > 0 {
        eprintln!("the process ends with {inside} calls in the module");
        std::process::abort();
    }
}
