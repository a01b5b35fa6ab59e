//! The `khoalai` command: hybrid post-quantum keys from any shell, in English and Vietnamese.
#![forbid(unsafe_code)]

#[cfg(not(any(unix, windows)))]
compile_error!("khoalai-cli knows how files are protected on Unix and Windows only");

extern crate alloc;

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
mod system;
mod table;
mod text;

use std::process::ExitCode;

fn main() -> ExitCode {
    system::crashes::forbid_core_files();
    commands::run(&std::env::args_os().collect::<Vec<_>>()).into()
}
