//! The `khoalai` command: hybrid post-quantum keys from any shell, in English and Vietnamese.
#![forbid(unsafe_code)]

#[cfg(not(unix))]
compile_error!(
    "khoalai-cli protects private keys by Unix file modes and has not been ported to other systems"
);

mod args;
mod certificate;
mod commands;
mod device;
mod exit;
mod failure;
mod input;
mod keys;
mod language;
mod message;
mod output;
mod passphrase;
mod progress;
mod report;
mod session;
mod table;
mod text;

use std::process::ExitCode;

fn main() -> ExitCode {
    forbid_core_files();
    commands::run(&std::env::args_os().collect::<Vec<_>>()).into()
}

/// Secrets must not reach a core file. Without the limit nothing else changes, so a failure is no reason to stop.
fn forbid_core_files() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
