//! A stack of its own for the operation under test: painted before, looked at after.

use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{AssertUnwindSafe, catch_unwind};

const LEN: usize = 2 << 20;
pub(crate) const PAINT: u8 = 0xa7;
const PAGE: [u8; 4096] = [PAINT; 4096];

/// Memory that serves as a stack. It is never given back.
pub(crate) struct Stack(*mut u8);

impl Stack {
    pub(crate) fn new() -> Self {
        let layout = Layout::from_size_align(LEN, 4096).expect("a size");
        // SAFETY: the size is not zero.
        let memory = unsafe { System.alloc(layout) };
        assert!(!memory.is_null());
        let this = Self(memory);
        this.paint();
        this
    }

    fn top(&self) -> *mut u8 {
        // SAFETY: the end of the block.
        unsafe { self.0.add(LEN) }
    }

    /// The last `len` bytes of it.
    pub(crate) fn last(&self, len: usize) -> *const u8 {
        assert!(len <= LEN);
        // SAFETY: within the block.
        unsafe { self.top().sub(len) }
    }

    pub(crate) fn paint(&self) {
        // SAFETY: nothing runs on it, and all of the block is written.
        unsafe { self.0.write_bytes(PAINT, LEN) };
    }

    /// Runs `work` on this stack.
    pub(crate) fn run(&self, mut work: impl FnMut()) {
        extern "C" fn enter(work: *mut &mut dyn FnMut()) {
            // SAFETY: `run` waits for the end, and keeps it until then.
            let work = unsafe { &mut *work };
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                std::process::abort();
            }
        }
        let mut work: &mut dyn FnMut() = &mut work;
        let (work, enter): (*mut _, extern "C" fn(_)) = (&mut work, enter);
        // SAFETY: `top` is aligned to 16 bytes and nothing else runs below it. r12 keeps the old
        // stack pointer, for the callee restores it (System V ABI).
        unsafe {
            core::arch::asm!(
                "xchg rsp, r12",
                "call r13",
                "mov rsp, r12",
                inout("r12") self.top() => _,
                in("r13") enter,
                in("rdi") work,
                clobber_abi("C"),
            );
        }
    }

    /// How far below `from` anything was written, and what is there now.
    pub(crate) fn below(&self, from: usize) -> Vec<u8> {
        let len = from.checked_sub(self.0.addr()).filter(|len| *len <= LEN).expect("not on this stack");
        // SAFETY: nothing runs on it, and all of it was painted.
        let all = unsafe { std::slice::from_raw_parts(self.0, len) };
        // By pages first: most of it is untouched.
        let pages = all.chunks(4096).take_while(|page| **page == PAGE[..page.len()]).count() * 4096;
        let untouched = pages + all.iter().skip(pages).take_while(|byte| **byte == PAINT).count();
        assert!(pages > 4096, "the stack was too small");
        all.get(untouched..).unwrap_or_default().to_vec()
    }

    /// All of it that was written.
    pub(crate) fn all(&self) -> Vec<u8> {
        self.below(self.top().addr())
    }
}

/// Where the stack ends in the function that this is inlined in.
macro_rules! here {
    () => {{
        let here: usize;
        // SAFETY: reads one register.
        unsafe { core::arch::asm!("mov {}, rsp", out(reg) here, options(nomem, nostack, preserves_flags)) };
        here
    }};
}
pub(crate) use here;
