//! A bare Cortex-A53: QEMU's `virt`.

use core::arch::{asm, global_asm};

pub(crate) use super::semihosting::{exit, write};

// The FPU is turned on (CPACR_EL1), faults are sent to `fault` (the table has 16 entries of 128 bytes),
// and the memory that starts as zeros is zeroed.
global_asm!(
    ".section .text.start, \"ax\"",
    ".global _start",
    "_start:",
    "ldr x0, =_stack",
    "mov sp, x0",
    "mov x0, #(3 << 20)",
    "msr cpacr_el1, x0",
    "ldr x0, =vectors",
    "msr vbar_el1, x0",
    "isb",
    "ldr x0, =_bss",
    "ldr x1, =_bss_end",
    "1: cmp x0, x1",
    "b.hs 2f",
    "str xzr, [x0], #8",
    "b 1b",
    "2: b {begin}",
    ".balign 2048",
    "vectors:",
    ".rept 16",
    ".balign 128",
    "b {fault}",
    ".endr",
    begin = sym begin,
    fault = sym fault,
);

unsafe extern "C" {
    safe fn khoalai_main() -> !;
}

extern "C" fn begin() -> ! {
    super::semihosting::open();
    khoalai_main()
}

extern "C" fn fault() -> ! {
    let _ = write(b"FAULT\n");
    exit(false)
}

/// The counter runs at 62.5 MHz; with `-icount shift=0` an instruction takes 1 ns.
const INSTRUCTIONS_PER_TICK: u64 = 16;

/// Instructions since the start.
pub(crate) fn instructions() -> u64 {
    let ticks: u64;
    // SAFETY: only reads a register.
    unsafe { asm!("isb", "mrs {}, cntvct_el0", out(reg) ticks, options(nostack, preserves_flags)) };
    ticks * INSTRUCTIONS_PER_TICK
}

#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: only reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// One request to whoever watches, with its arguments.
pub(crate) fn call(operation: usize, arguments: &[usize]) -> usize {
    let result;
    // SAFETY: the requests in `semihosting.rs` only read what they are given.
    unsafe {
        asm!(
            "hlt #0xF000",
            inlateout("x0") operation => result,
            in("x1") arguments.as_ptr(),
            options(nostack),
        );
    }
    result
}
