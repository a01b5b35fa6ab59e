//! A global allocator that remembers the blocks of the operation under test, and keeps a copy of
//! each as it was when it was freed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

const BLOCKS: usize = 1024;
const ROOM: usize = 8 << 20;
/// What is larger is not copied when it is freed: scrypt's memory, which SECURITY.md names.
const LARGE: usize = 1 << 20;

/// Whether blocks are remembered now. Everything here runs on one thread.
static WATCHED: AtomicBool = AtomicBool::new(false);

struct Book {
    /// Address and length of the remembered blocks that live; 0 is free.
    live: [(usize, usize); BLOCKS],
    /// What freed blocks held, one after the other.
    freed: [u8; ROOM],
    len: usize,
}

struct Watcher(UnsafeCell<Book>);

// SAFETY: the program has one thread.
unsafe impl Sync for Watcher {}

static BOOK: Watcher = Watcher(UnsafeCell::new(Book { live: [(0, 0); BLOCKS], freed: [0; ROOM], len: 0 }));

impl Watcher {
    #[allow(clippy::mut_from_ref, reason = "one thread, and no caller keeps it")]
    fn open(&self) -> &mut Book {
        // SAFETY: one thread; no function below holds this while another one asks for it.
        unsafe { &mut *self.0.get() }
    }
}

pub(crate) struct Allocator;

// SAFETY: all memory comes from the system's allocator; this only takes notes. Blocks grow by the
// trait's own `realloc`, so that the old one comes by here.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { System.alloc(layout) };
        if WATCHED.load(Ordering::Relaxed) {
            let free = BOOK.open().live.iter_mut().find(|(address, _)| *address == 0);
            *free.expect("too many blocks") = (block.addr(), layout.size());
            if !block.is_null() {
                // What others left there, this program's own copies too, is not what the operation writes.
                // SAFETY: the block is as long, and nobody has it yet.
                unsafe { block.write_bytes(0, layout.size()) };
            }
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let book = BOOK.open();
        if let Some(entry) = book.live.iter_mut().find(|(address, _)| *address == block.addr()) {
            *entry = (0, 0);
            if layout.size() <= LARGE {
                let room =
                    book.freed.get_mut(book.len..book.len + layout.size()).expect("too much was freed");
                // SAFETY: the block is the caller's until it is given back below.
                unsafe { block.copy_to_nonoverlapping(room.as_mut_ptr(), layout.size()) };
                // A gap, so that no two blocks make up a secret between them.
                book.len += layout.size() + 64;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) };
    }
}

/// Whether blocks are remembered from now on.
pub(crate) fn set(watched: bool) {
    WATCHED.store(watched, Ordering::Relaxed);
}

/// Runs `work` with its blocks remembered.
pub(crate) fn watch<T>(work: impl FnOnce() -> T) -> T {
    WATCHED.store(true, Ordering::Relaxed);
    let done = work();
    WATCHED.store(false, Ordering::Relaxed);
    done
}

/// Runs `work` unwatched within something watched.
pub(crate) fn look_away<T>(work: impl FnOnce() -> T) -> T {
    let before = WATCHED.swap(false, Ordering::Relaxed);
    let done = work();
    WATCHED.store(before, Ordering::Relaxed);
    done
}

/// What the remembered blocks that live hold now.
pub(crate) fn live() -> Vec<Vec<u8>> {
    let blocks: Vec<_> = BOOK.open().live.iter().copied().filter(|(address, _)| *address != 0).collect();
    let copy = |(address, len): (usize, usize)| {
        let block = std::ptr::with_exposed_provenance::<u8>(address);
        let mut bytes = vec![0; len];
        // SAFETY: the block lives. What was never written in it is copied as whatever it is.
        unsafe { block.copy_to_nonoverlapping(bytes.as_mut_ptr(), len) };
        bytes
    };
    blocks.into_iter().map(copy).collect()
}

/// What blocks held when they were freed since this was last asked.
pub(crate) fn take_freed() -> Vec<u8> {
    let book = BOOK.open();
    let freed = book.freed[..book.len].to_vec();
    book.freed[..book.len].fill(0);
    book.len = 0;
    freed
}
