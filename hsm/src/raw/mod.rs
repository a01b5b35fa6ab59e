//! The calls that `cryptoki` lacks, sizes wrongly or makes unsound, over `cryptoki-sys`.
//!
//! Nothing is asked for its size first: drivers answer that question with 0, with too little or not
//! at all. What comes back is at most as long as standards say, so the buffer is there from the start.
//! This is the one place of the crate with `unsafe` code.
#![allow(unsafe_code, reason = "C functions of a PKCS#11 module")]

mod call;
mod exit;
mod library;
mod mechanism;
mod rv;
mod search;
mod template;

pub(crate) use call::{Attributes, DigestPart};
pub(crate) use exit::at_exit;
pub(crate) use library::Raw;
pub(crate) use library::with_reserved;
pub(crate) use mechanism::Mechanism;
pub(crate) use rv::{Cause, Rv};
pub(crate) use template::Template;
