//! Pictures of a stack while something runs on it, at the ticks of a clock: so secrets are seen that
//! live for a moment only.

use crate::stack::Stack;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const ROOM: usize = 1 << 20;
const HANDLER_STACK: usize = 64 << 10;
const TICK: libc::suseconds_t = 50;

struct Picture(UnsafeCell<[u8; ROOM]>);

// SAFETY: the program has one thread; the handler writes only while `READY` is unset, and the
// thread reads only while it is set.
unsafe impl Sync for Picture {}

static PICTURE: Picture = Picture(UnsafeCell::new([0; ROOM]));
static READY: AtomicBool = AtomicBool::new(true);
/// How many ticks pass before the next picture, and how many there were.
static SKIP: AtomicUsize = AtomicUsize::new(0);
static TICKS: AtomicUsize = AtomicUsize::new(0);
/// Where the stack that is looked at begins, and how much of it is.
static FROM: AtomicUsize = AtomicUsize::new(0);
static LEN: AtomicUsize = AtomicUsize::new(0);

extern "C" fn tick(_signal: libc::c_int) {
    TICKS.fetch_add(1, Ordering::Relaxed);
    if SKIP.load(Ordering::Relaxed) > 0 {
        SKIP.fetch_sub(1, Ordering::Relaxed);
    } else if !READY.load(Ordering::Acquire) {
        let from = std::ptr::with_exposed_provenance::<u8>(FROM.load(Ordering::Relaxed));
        // SAFETY: `Sampler::run` keeps that stack; what runs on it stands still meanwhile.
        unsafe { from.copy_to_nonoverlapping(PICTURE.0.get().cast(), LEN.load(Ordering::Relaxed)) };
        READY.store(true, Ordering::Release);
    }
}

/// Runs `work` on `stack` again and again, and hands `look` a picture of its last `depth` bytes now
/// and then, until that has seen enough.
pub(crate) fn run(stack: &Stack, depth: usize, mut work: impl FnMut(), mut look: impl FnMut(&[u8]) -> bool) {
    let depth = depth.min(ROOM);
    FROM.store(stack.last(depth).expose_provenance(), Ordering::Relaxed);
    LEN.store(depth, Ordering::Relaxed);
    clock(TICK);
    // Nothing but spread the pictures over all of `work`.
    let mut random = 1_usize;
    loop {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let before = TICKS.load(Ordering::Relaxed);
        stack.run(&mut work);
        let ticks = TICKS.load(Ordering::Relaxed).wrapping_sub(before);
        SKIP.store((random >> 33) % (ticks + 1), Ordering::Relaxed);
        READY.store(false, Ordering::Release);
        while !READY.load(Ordering::Acquire) {
            stack.run(&mut work);
        }
        // SAFETY: the handler does not write while `READY` is set.
        let picture = unsafe { std::slice::from_raw_parts(PICTURE.0.get().cast::<u8>(), depth) };
        if look(picture) {
            break;
        }
    }
    clock(0);
}

/// Starts or stops the ticks. They are handled on a stack of their own.
#[allow(
    clippy::as_conversions,
    clippy::multiple_unsafe_ops_per_block,
    reason = "how libc takes a handler; one argument covers the three calls"
)]
fn clock(tick: libc::suseconds_t) {
    static mut HANDLER: [u8; HANDLER_STACK] = [0; HANDLER_STACK];
    let stack = libc::stack_t { ss_sp: (&raw mut HANDLER).cast(), ss_flags: 0, ss_size: HANDLER_STACK };
    let interval = libc::timeval { tv_sec: 0, tv_usec: tick };
    let timer = libc::itimerval { it_interval: interval, it_value: interval };
    let handler: extern "C" fn(libc::c_int) = tick_handler();
    // SAFETY: plain system calls over valid structures; the handler does nothing but copy memory
    // and work on atomics.
    let results = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        action.sa_flags = libc::SA_ONSTACK | libc::SA_RESTART;
        [
            libc::sigaltstack(&raw const stack, std::ptr::null_mut()),
            libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut()),
            libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()),
        ]
    };
    assert_eq!(results, [0; 3], "no clock");
}

fn tick_handler() -> extern "C" fn(libc::c_int) {
    tick
}
