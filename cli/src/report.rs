//! How a command ends: one short line for a person, or one JSON object for a program.

use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::session::Session;
use serde_json::{Map, Value};

/// What a command that succeeded has to tell. Secrets never go in here.
pub(crate) struct Report {
    line: String,
    object: Map<String, Value>,
}

impl Report {
    pub(crate) fn new(line: String) -> Self {
        Self { line, object: Map::new() }
    }

    /// Adds a field of the JSON object. Names are stable.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.object.insert(name.to_owned(), value.into());
        self
    }
}

/// Tells the outcome and gives the exit code.
pub(crate) fn finish(session: &Session, outcome: Result<Report, Failure>) -> Exit {
    let exit = tell(session, outcome);
    if exit == Exit::Done && session.has_lost_something() {
        let failure = Failure::from(Problem::WriteFailed).saying("stdout".to_owned());
        session.complain(&failure.line(session.language, session.text));
        return Exit::File;
    }
    exit
}

fn tell(session: &Session, outcome: Result<Report, Failure>) -> Exit {
    let exit = outcome.as_ref().map_or_else(Failure::exit, |_| Exit::Done);
    if !session.json {
        match outcome {
            Ok(report) => session.print(&report.line),
            Err(failure) => session.complain(&failure.line(session.language, session.text)),
        }
        return exit;
    }
    let mut object = match outcome {
        Ok(report) => report.object,
        Err(failure) => failure.into_json(session.language, session.text),
    };
    object.insert("warnings".to_owned(), session.take_warnings().into());
    session.print(&Value::Object(object).to_string());
    exit
}
