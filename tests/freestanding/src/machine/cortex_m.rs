//! A bare Cortex-M4 with an FPU: QEMU's `mps2-an386`.

use core::arch::{asm, global_asm};

pub(crate) use super::semihosting::{exit, write};

// The processor takes its first stack pointer and program counter from the table at address 0. Then:
// the FPU is turned on (CPACR), the initial values are copied, the rest of the memory is zeroed.
// Every fault ends the program. All of it is in words that a Cortex-M0 knows too.
global_asm!(
    ".syntax unified",
    ".section .vectors, \"a\"",
    ".word _stack",
    ".word _start",
    ".rept 14",
    ".word fault",
    ".endr",
    ".section .text.start, \"ax\"",
    ".thumb_func",
    ".global _start",
    "_start:",
    "ldr r0, =0xE000ED88",
    "ldr r1, [r0]",
    "movs r2, #0xF",
    "lsls r2, r2, #20",
    "orrs r1, r2",
    "str r1, [r0]",
    "dsb",
    "isb",
    "ldr r0, =_data",
    "ldr r1, =_data_end",
    "ldr r2, =_data_stored",
    "1: cmp r0, r1",
    "bhs 2f",
    "ldm r2!, {{r3}}",
    "stm r0!, {{r3}}",
    "b 1b",
    "2: ldr r0, =_bss",
    "ldr r1, =_bss_end",
    "movs r3, #0",
    "3: cmp r0, r1",
    "bhs 4f",
    "stm r0!, {{r3}}",
    "b 3b",
    "4: bl {begin}",
    ".thumb_func",
    "fault:",
    "bl {fault}",
    begin = sym begin,
    fault = sym fault,
);

unsafe extern "C" {
    safe fn khoalai_main() -> !;
}

extern "C" fn begin() -> ! {
    super::semihosting::open();
    // Reload and value before control: it counts down from the first write on.
    write_timer(RELOAD, u32::MAX);
    write_timer(VALUE, u32::MAX);
    write_timer(CONTROL, 1);
    khoalai_main()
}

extern "C" fn fault() -> ! {
    let _ = write(b"FAULT\n");
    exit(false)
}

// A timer of the board (CMSDK). It runs at 25 MHz; with `-icount shift=0` an instruction takes 1 ns.
const CONTROL: usize = 0x4000_0000;
const VALUE: usize = 0x4000_0004;
const RELOAD: usize = 0x4000_0008;
const INSTRUCTIONS_PER_TICK: u64 = 40;

fn write_timer(register: usize, value: u32) {
    // SAFETY: a register of the timer, which nobody else uses.
    unsafe { core::ptr::with_exposed_provenance_mut::<u32>(register).write_volatile(value) };
}

/// Instructions since the start.
pub(crate) fn instructions() -> u64 {
    // SAFETY: as above; reading changes nothing.
    let left = unsafe { core::ptr::with_exposed_provenance::<u32>(VALUE).read_volatile() };
    u64::from(u32::MAX - left) * INSTRUCTIONS_PER_TICK
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
    call_with(operation, arguments.as_ptr().expose_provenance())
}

/// One request to whoever watches.
pub(crate) fn call_with(operation: usize, argument: usize) -> usize {
    let result;
    // SAFETY: the requests in `semihosting.rs` only read what they are given.
    unsafe { asm!("bkpt #0xAB", inlateout("r0") operation => result, in("r1") argument, options(nostack)) };
    result
}
