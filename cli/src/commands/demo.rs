//! `demo`: the whole story in one go. Nothing is written to disk.

mod exchange;
mod signature;

use crate::args;
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};
use core::cell::RefCell;
use khoalai::Error;
use serde_json::{Value, json};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(text, "demo", text.demo_about, "khoalai demo [FILE]", [args::file(text.demo_file_help)])
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let story = Story { session, steps: RefCell::default() };
    exchange::tell(&story)?;
    signature::tell(&story, args::get_path(matches, "file"))?;
    let steps = story.steps.take();
    if steps.iter().any(|step| step.get("passed") != Some(&Value::Bool(true))) {
        // Something that must be refused was taken, or the other way round.
        return Err(Failure::from(Error::SelfTestFailed).detail("steps", steps.into()));
    }
    let line = fill(session.text.demo_done, &[&steps.len().to_string()]);
    Ok(Report::new(format!("\n{line}")).with("passed", true).with("steps", steps))
}

/// The story as far as it has been told.
struct Story<'a> {
    session: &'a Session,
    steps: RefCell<Vec<Value>>,
}

impl Story<'_> {
    /// A new chapter.
    fn chapter(&self, title: &str) {
        let first = self.steps.borrow().is_empty();
        self.session.say(&format!("{}{title}", if first { "" } else { "\n" }));
    }

    /// One step: what it is called for programs, what is told to people, and whether it went as it must.
    fn step(&self, name: &str, line: &str, passed: bool) {
        let text = self.session.text;
        self.session.say(&format!("  [{}] {line}", if passed { text.demo_ok } else { text.demo_bad }));
        self.steps.borrow_mut().push(json!({ "step": name, "passed": passed }));
    }
}

/// The bytes with one bit flipped.
fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    bytes.iter().enumerate().map(|(index, byte)| if index == at { byte ^ 1 } else { *byte }).collect()
}
