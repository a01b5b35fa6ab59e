//! The end of the process. Modules, and what is below them (OpenSSL), take down their state then, and
//! crash if somebody is still inside. So whoever ends the process waits for calls that are going on, and
//! no new ones begin.

use crate::raw::at_exit;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use core::time::Duration;
use std::time::Instant;

/// Calls that are going on, and whether the process ends.
static CALLS: AtomicUsize = AtomicUsize::new(0);
const ENDING: usize = 1 << (usize::BITS - 1);
/// A call that hangs must not keep the process.
const PATIENCE: Duration = Duration::from_secs(2);

/// Somebody is in a module, for as long as this lives.
pub(crate) struct Inside(());

impl Inside {
    /// `None` if the process ends.
    pub(crate) fn enter() -> Option<Self> {
        let inside = Self(());
        // Counted first: either the one that ends the process sees this one, or this one sees it.
        (CALLS.fetch_add(1, Ordering::SeqCst) & ENDING == 0).then_some(inside)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        CALLS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The process that has modules. A forked child has none, and none of the threads that are counted.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// To be called whenever a module was initialised: what it does at the end then comes after this.
pub(crate) fn watch() {
    PROCESS.store(std::process::id(), Ordering::SeqCst);
    at_exit(end);
}

extern "C" fn end() {
    if PROCESS.load(Ordering::SeqCst) != std::process::id() {
        return;
    }
    CALLS.fetch_or(ENDING, Ordering::SeqCst);
    let start = Instant::now();
    while CALLS.load(Ordering::SeqCst) != ENDING && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
}
