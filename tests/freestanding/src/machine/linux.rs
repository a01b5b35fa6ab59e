//! Linux on x86-64, by raw system calls.

use core::arch::{asm, global_asm, naked_asm};

// The kernel enters here with the stack pointer at `argc`. Frames start at the outermost one
// (rbp = 0), and calls want the stack aligned to 16 bytes.
global_asm!(".global _start", "_start:", "xor ebp, ebp", "and rsp, -16", "call khoalai_main", "ud2",);

pub(crate) fn write(bytes: &[u8]) -> core::fmt::Result {
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = system_call(SYS_WRITE, 1, rest.as_ptr().expose_provenance(), rest.len());
        // What was written may be less than what was asked; nothing at all is an error.
        let written = usize::try_from(written).map_err(|_| core::fmt::Error)?;
        rest = rest.get(written.max(1)..).ok_or(core::fmt::Error)?;
    }
    Ok(())
}

pub(crate) fn exit(well: bool) -> ! {
    system_call(SYS_EXIT_GROUP, usize::from(!well), 0, 0);
    loop {
        core::hint::spin_loop();
    }
}

/// Nobody counts them here.
pub(crate) const fn instructions() -> u64 {
    0
}

#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: only reads a register.
    unsafe { asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

const SYS_WRITE: usize = 1;
const SYS_EXIT_GROUP: usize = 231;

fn system_call(number: usize, a: usize, b: usize, c: usize) -> isize {
    let result;
    // SAFETY: the two calls above are the only ones; `write` reads the slice it is given, and the
    // kernel changes no registers but these.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") a,
            in("rsi") b,
            in("rdx") c,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

// The compiler calls these on every target. Where there is a libc it has them; on bare metal
// `compiler_builtins` has them; here, where there is neither, they are ours. Written in assembly,
// because a loop in Rust might be turned into a call of the very function it is in.

/// # Safety
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(_to: *mut u8, _from: *const u8, _len: usize) -> *mut u8 {
    naked_asm!("mov rax, rdi", "mov rcx, rdx", "rep movsb", "ret")
}

/// # Safety
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(_to: *mut u8, _byte: i32, _len: usize) -> *mut u8 {
    naked_asm!("mov r8, rdi", "mov eax, esi", "mov rcx, rdx", "rep stosb", "mov rax, r8", "ret")
}

/// Copies upwards, or downwards where the target starts inside the source.
///
/// # Safety
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(_to: *mut u8, _from: *const u8, _len: usize) -> *mut u8 {
    naked_asm!(
        "mov rax, rdi",
        "mov rcx, rdx",
        "mov r8, rdi",
        "sub r8, rsi",
        "cmp r8, rdx",
        "jb 2f",
        "rep movsb",
        "ret",
        "2:",
        "lea rdi, [rdi + rdx - 1]",
        "lea rsi, [rsi + rdx - 1]",
        "std",
        "rep movsb",
        "cld",
        "ret",
    )
}

/// # Safety
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(_a: *const u8, _b: *const u8, _len: usize) -> i32 {
    naked_asm!(
        "xor eax, eax",
        "mov rcx, rdx",
        "test rcx, rcx",
        "je 3f",
        "repe cmpsb",
        "je 3f",
        "movzx eax, byte ptr [rdi - 1]",
        "movzx ecx, byte ptr [rsi - 1]",
        "sub eax, ecx",
        "3:",
        "ret",
    )
}

/// # Safety
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(_a: *const u8, _b: *const u8, _len: usize) -> i32 {
    naked_asm!("jmp {memcmp}", memcmp = sym memcmp)
}
