//! What every command is told: whom it speaks to, and how.

use crate::text::Text;
use core::cell::{Cell, RefCell};
use khoalai::{Language, Policy};
use serde_json::{Value, json};
use std::io::{ErrorKind, Write};

/// One run of the command.
pub(crate) struct Session {
    pub(crate) language: Language,
    pub(crate) text: &'static Text,
    pub(crate) json: bool,
    /// Which keys may be used.
    pub(crate) policy: Policy,
    /// Whether stdout carries data, so that everything else goes to stderr.
    stdout_is_data: Cell<bool>,
    /// Whether something that was told could not be written.
    lost: Cell<bool>,
    warnings: RefCell<Vec<Value>>,
}

impl Session {
    pub(crate) fn new(language: Language, json: bool) -> Self {
        Self {
            language,
            text: Text::of(language),
            json,
            policy: Policy::STRICT,
            stdout_is_data: Cell::new(false),
            lost: Cell::new(false),
            warnings: RefCell::new(Vec::new()),
        }
    }

    /// From now on stdout carries nothing but data.
    pub(crate) fn reserve_stdout(&self) {
        self.stdout_is_data.set(true);
    }

    /// Tells a person something while the command runs.
    pub(crate) fn say(&self, line: &str) {
        if !self.json {
            self.print(line);
        }
    }

    /// Writes a line where stdout's reader does not mistake it for data. A reader that went away
    /// (`| head`) is no error; a full disk is.
    pub(crate) fn print(&self, line: &str) {
        let written = if self.stdout_is_data.get() {
            writeln!(std::io::stderr().lock(), "{line}")
        } else {
            let mut stdout = std::io::stdout().lock();
            writeln!(stdout, "{line}").and_then(|()| stdout.flush())
        };
        if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
            self.lost.set(true);
        }
    }

    pub(crate) fn has_lost_something(&self) -> bool {
        self.lost.get()
    }

    pub(crate) fn complain(&self, line: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Warns: at once for people, in the object's `warnings` for programs.
    pub(crate) fn warn(&self, code: &'static str, text: &'static str) {
        if self.json {
            self.warnings.borrow_mut().push(json!({ "code": code, "text": text }));
        } else {
            self.complain(&format!("khoalai: {text} [{code}]"));
        }
    }

    pub(crate) fn take_warnings(&self) -> Vec<Value> {
        self.warnings.take()
    }
}
