//! What a crash leaves behind.

/// Secrets must not reach a core file. Without the limit nothing else changes, so a failure is no reason to stop.
#[cfg(unix)]
pub(crate) fn forbid_core_files() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Windows keeps dumps only where an administrator asked for them, and then a program cannot refuse by
/// calls of safe Rust.
#[cfg(windows)]
pub(crate) const fn forbid_core_files() {}
