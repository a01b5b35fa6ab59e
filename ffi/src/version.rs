//! Which library this is.

use crate::text;
use core::ffi::{c_char, c_uint};

/// The number behind `libkhoalai.so` (`build.rs`).
pub const ABI: c_uint = 0;

/// One part of the version, as a number.
const fn number(digits: &str) -> c_uint {
    match c_uint::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}

pub const VERSION_NUMBER: c_uint = number(env!("CARGO_PKG_VERSION_MAJOR")) << 16
    | number(env!("CARGO_PKG_VERSION_MINOR")) << 8
    | number(env!("CARGO_PKG_VERSION_PATCH"));

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_version() -> *const c_char {
    text::version()
}

#[unsafe(no_mangle)]
pub const extern "C" fn khoalai_version_number() -> c_uint {
    VERSION_NUMBER
}

#[unsafe(no_mangle)]
pub const extern "C" fn khoalai_abi() -> c_uint {
    ABI
}
