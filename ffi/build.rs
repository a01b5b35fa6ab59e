//! Tells the linker what makes a library of the C interface that programs can rely on.

/// The number behind `libkhoalai.so`, as `KHOALAI_ABI` in the header and `ABI` in `src/version.rs`
/// (`tests/header.rs` compares them).
const ABI: u32 = 0;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if ["linux", "android", "freebsd", "netbsd", "openbsd"].contains(&target.as_str()) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libkhoalai.so.{ABI}");
        // Modules of tokens are never unloaded, and their threads may be inside.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
