//! TEST ONLY: a PKCS#11 module that stands before a real one and misbehaves on command.
//!
//! Every function of PKCS#11 2.40, 3.0 and 3.2 is passed on to the module that `KHOALAI_MISBEHAVING_OVER`
//! names, as far as that one has it. What goes wrong on the way is said by [`Control::say`]; what was
//! called can be read back.
#![allow(unsafe_code, non_snake_case, reason = "C functions of a PKCS#11 module")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::multiple_unsafe_ops_per_block,
    clippy::must_use_candidate,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may stop anywhere"
)]

mod act;
mod control;
mod exit;
mod functions;
mod lists;
mod special;
mod state;

pub use control::Control;

/// The environment variable that names the real module.
pub const OVER: &str = "KHOALAI_MISBEHAVING_OVER";
/// The variable with what it is told when it is loaded, commands between semicolons: for programs that have no
/// [`Control`].
pub const SAY: &str = "KHOALAI_MISBEHAVING_SAY";
