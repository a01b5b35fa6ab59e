//! Asks of Valgrind, and the processor's counter. Outside of Valgrind the former do nothing.

use core::arch::asm;
use core::ffi::CStr;

/// The client requests of Valgrind (`valgrind.h`): an instruction sequence that does nothing but is
/// recognised, with a block of six words in `rax` and the answer in `rdx`.
#[inline(never)]
fn request(code: usize, one: usize, two: usize, three: usize) -> usize {
    let block = [code, one, two, three, 0, 0];
    let mut answer = 0;
    // SAFETY: four rotations by 128 bits together leave `rdi` as it was, the exchange leaves `rbx`; Valgrind
    // reads the block, which outlives this, and writes where `vbits` has a buffer for it.
    unsafe {
        asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") &raw const block,
            inout("rdx") answer,
            options(nostack),
        );
    }
    answer
}

const fn tool(a: u8, b: u8) -> usize {
    (a as usize) << 24 | (b as usize) << 16
}
const CALLGRIND: usize = tool(b'C', b'T');
const MEMCHECK: usize = tool(b'M', b'C');

/// Whether this runs inside Valgrind.
pub fn is_valgrind() -> bool {
    request(0x1001, 0, 0, 0) != 0
}

/// How many errors Valgrind has reported, repetitions included, suppressed ones not.
pub fn errors() -> usize {
    request(0x1201, 0, 0, 0)
}

/// From now on callgrind counts.
#[inline(never)]
pub fn start_counting() {
    request(CALLGRIND + 4, 0, 0, 0);
    request(CALLGRIND + 1, 0, 0, 0);
}

/// Writes the count down under a name, and stops.
#[inline(never)]
pub fn stop_counting(name: &CStr) {
    request(CALLGRIND + 3, name.as_ptr().addr(), 0, 0);
    request(CALLGRIND + 5, 0, 0, 0);
}

/// Memcheck is to treat these bytes as if nobody had ever written them.
pub fn make_undefined(bytes: &mut [u8]) {
    request(MEMCHECK + 1, bytes.as_mut_ptr().addr(), bytes.len(), 0);
}

/// The opposite.
pub fn make_defined(bytes: &mut [u8]) {
    request(MEMCHECK + 2, bytes.as_mut_ptr().addr(), bytes.len(), 0);
}

/// How many of the bytes memcheck holds for undefined, or in part so.
pub fn undefined(bytes: &[u8]) -> usize {
    let mut bits = vec![0_u8; bytes.len()];
    request(MEMCHECK + 8, bytes.as_ptr().addr(), bits.as_mut_ptr().expose_provenance(), bits.len());
    core::hint::black_box(&mut bits).iter().filter(|bits| **bits != 0).count()
}

/// The processor's counter, once everything before has happened and before anything after does.
#[inline(always)]
pub fn ticks() -> u64 {
    let (low, high): (u64, u64);
    // SAFETY: every x86-64 processor has these instructions; they change nothing but the two registers.
    unsafe {
        asm!("lfence", "rdtsc", "lfence", out("rax") low, out("rdx") high, options(nomem, nostack, preserves_flags));
    }
    high << 32 | low
}
