//! All that is needed of the machine: Linux on x86-64, by raw system calls.

use core::arch::{asm, global_asm, naked_asm};
use core::fmt::Write;

// The kernel enters here with the stack pointer at `argc`. Frames start at the outermost one
// (rbp = 0), and calls want the stack aligned to 16 bytes.
global_asm!(
    ".global _start",
    "_start:",
    "xor ebp, ebp",
    "and rsp, -16",
    "call {main}",
    "ud2",
    main = sym main,
);

extern "C" fn main() -> ! {
    match crate::steps::run() {
        Ok(()) => {
            let _ = writeln!(Out, "ALL-OK");
            exit(0)
        }
        Err(error) => {
            let _ = writeln!(Out, "FAILED: {error:?}");
            exit(1)
        }
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = writeln!(Out, "PANIC {info}");
    exit(101)
}

/// Standard output.
pub(crate) struct Out;

impl Write for Out {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let written = system_call(SYS_WRITE, 1, rest.as_ptr().expose_provenance(), rest.len());
            // What was written may be less than what was asked; nothing at all is an error.
            let written = usize::try_from(written).map_err(|_| core::fmt::Error)?;
            rest = rest.get(written.max(1)..).ok_or(core::fmt::Error)?;
        }
        Ok(())
    }
}

fn exit(code: usize) -> ! {
    system_call(SYS_EXIT_GROUP, code, 0, 0);
    loop {
        core::hint::spin_loop();
    }
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

/// What the free stack is painted with.
const PAINT: u8 = 0xa5;
/// How much is painted: more than any step may use. Linux grows the stack up to 8 MB as it is touched.
const WINDOW: usize = 2 << 20;
/// Left unpainted below the caller: the frame of `paint` itself.
const MARGIN: usize = 512;

/// Runs `work` and says how many bytes of stack it used at most: paints what lies below, runs,
/// and looks how far down the paint is gone. The first 512 bytes always count.
pub(crate) fn stack_of<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let top: usize;
    // SAFETY: only reads the stack pointer.
    unsafe { asm!("mov {}, rsp", out(reg) top, options(nomem, nostack, preserves_flags)) };
    let (low, high) = (top - WINDOW, top - MARGIN);
    for address in low..high {
        // SAFETY: below the stack pointer and its red zone nothing is in use.
        unsafe { core::ptr::with_exposed_provenance_mut::<u8>(address).write_volatile(PAINT) };
    }
    let result = apart(work);
    let untouched = (low..high)
        // SAFETY: painted above, so mapped.
        .take_while(|address| unsafe { byte_at(*address) } == PAINT)
        .count();
    (result, WINDOW - untouched)
}

/// Keeps the frame of `work` below ours: inlined, it would be part of it and count as nothing.
#[inline(never)]
fn apart<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// # Safety
/// The address is mapped.
unsafe fn byte_at(address: usize) -> u8 {
    // SAFETY: as the caller promises.
    unsafe { core::ptr::with_exposed_provenance::<u8>(address).read_volatile() }
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
