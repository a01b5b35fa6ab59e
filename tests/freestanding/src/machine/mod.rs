//! All that the programs need of a machine: a start, an end, somewhere to write, and a look at what
//! was used.
//!
//! | file | machine |
//! |---|---|
//! | `linux.rs` | Linux on x86-64, by raw system calls |
//! | `cortex_m.rs` | a bare Cortex-M4, QEMU's `mps2-an386` |
//! | `aarch64.rs` | a bare Cortex-A53, QEMU's `virt` |
//! | `semihosting.rs` | how a bare Arm asks its debugger, or QEMU, to write and to end |
//! | `used.rs` | stack and instructions that a piece of work took, and what it left |
//!
//! Nothing of it is there unless `--cfg khoalai_freestanding` asks for it.
#![cfg_attr(khoalai_freestanding, no_std)]
#![cfg(khoalai_freestanding)]

#[cfg(target_os = "none")]
mod semihosting;
#[cfg_attr(all(target_arch = "x86_64", target_os = "linux"), path = "linux.rs")]
#[cfg_attr(all(target_arch = "arm", target_os = "none"), path = "cortex_m.rs")]
#[cfg_attr(all(target_arch = "aarch64", target_os = "none"), path = "aarch64.rs")]
mod this;
mod used;

use core::fmt::Write;
pub use used::{LEFT, Used, left, used};

/// Standard output.
pub struct Out;

impl Write for Out {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        this::write(text.as_bytes())
    }
}

/// Makes a program of a function: `machine::start!(run)`.
#[macro_export]
macro_rules! start {
    ($run:path) => {
        /// What the machine starts.
        #[unsafe(no_mangle)]
        extern "C" fn khoalai_main() -> ! {
            $crate::end($run())
        }
    };
}

/// Ends the program: well if `result` is, else with the error.
pub fn end(result: khoalai::Result<()>) -> ! {
    let _ = match result {
        Ok(()) => writeln!(Out, "ALL-OK"),
        Err(error) => writeln!(Out, "FAILED: {}", error.code()),
    };
    this::exit(result.is_ok())
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = writeln!(Out, "PANIC {info}");
    this::exit(false)
}
