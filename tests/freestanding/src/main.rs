//! The proof that khoalai needs no standard library, no libc and no allocator.
//!
//! `scripts/freestanding` builds this program with `--cfg khoalai_freestanding`: no `std`, no
//! `main`, its own `_start`, nothing to link against, a panic handler and **no** global allocator.
//! So it links only if nothing under khoalai asks for `std` or `alloc`; `cargo check` of a library
//! would show neither. Then it runs, and every step has to end in `ok`.
//!
//! Any other build (a plain `cargo build --workspace`) gets the stub at the end of this file.
//!
//! | file | what |
//! |---|---|
//! | `machine.rs` | all that an operating system gives: start, write, exit, and how much stack was used |
//! | `generator.rs` | a generator that draws the same on every machine |
//! | `chip.rs` | a pretend chip that keeps its keys |
//! | `steps.rs` | what is tried |
#![cfg_attr(khoalai_freestanding, no_std, no_main)]

#[cfg(khoalai_freestanding)]
mod chip;
#[cfg(khoalai_freestanding)]
mod generator;
#[cfg(khoalai_freestanding)]
mod machine;
#[cfg(khoalai_freestanding)]
mod steps;

#[cfg(not(khoalai_freestanding))]
fn main() {
    println!("This is only the stub. Run scripts/freestanding, which builds the program itself.");
}
