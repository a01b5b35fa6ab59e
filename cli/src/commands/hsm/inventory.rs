//! `hsm inventory`: every key of a token, and which of them quantum computers will break. Read-only.

use super::list::{component, to_json};
use crate::args;
use crate::device::{Devices, arguments};
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::table::aligned;
use crate::text::{Text, fill};
use clap::{Arg, ArgMatches, Command};
use khoalai::algorithm::Kind;
use khoalai_hsm::{Listed, Uri};
use serde_json::Value;

pub(crate) fn command(text: &'static Text) -> Command {
    let uri = Arg::new("uri").value_name("URI").required(true).help(text.token_uri_help);
    args::subcommand(
        text,
        "inventory",
        text.hsm_inventory_about,
        "khoalai hsm inventory --module FILE URI",
        [uri].into_iter().chain(arguments(text)),
    )
}

/// How urgent it is to do something about a key: what is encrypted today can be recorded today.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Risk {
    RecordedNow,
    ForgedLater,
    Unknown,
    Hybrid,
}

impl Risk {
    fn of(key: &Listed) -> Self {
        match key.algorithms.first() {
            // A key that was adopted and signs as well, say, is used alone still.
            _ if key.hybrid.is_some() && key.single_use => Self::Hybrid,
            None => Self::Unknown,
            Some(algorithm) if !algorithm.is_classical() => Self::Hybrid,
            // A key of several uses is as bad as its worst.
            Some(_) if key.algorithms.iter().any(|algorithm| algorithm.kind() != Kind::Signature) => {
                Self::RecordedNow
            }
            Some(_) => Self::ForgedLater,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::RecordedNow => "harvest-now-decrypt-later",
            Self::ForgedLater => "forgery-later",
            Self::Unknown => "unknown",
            Self::Hybrid => "hybrid-or-post-quantum",
        }
    }

    const fn text(self, text: &Text) -> &'static str {
        match self {
            Self::RecordedNow => text.risk_recorded,
            Self::ForgedLater => text.risk_forged,
            Self::Unknown => text.risk_unknown,
            Self::Hybrid => text.risk_hybrid,
        }
    }
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let text = session.text;
    let uri = Uri::parse(matches.get_one::<String>("uri").map(String::as_str).unwrap_or_default())?;
    let mut keys = Devices::of(session, matches)?.open(session, &uri)?.list()?;
    keys.sort_by_key(Risk::of);
    let heading = [text.column_key, text.column_component, text.column_hybrid, text.column_risk];
    let mut table = vec![heading.map(str::to_owned)];
    table.extend(keys.iter().map(|key| {
        let hybrid = key.hybrid.clone().unwrap_or_else(|| "-".to_owned());
        [key.name.clone(), component(key), hybrid, Risk::of(key).text(text).to_owned()]
    }));
    let urgent = keys.iter().filter(|key| Risk::of(key) == Risk::RecordedNow).count();
    let object: Vec<Value> = keys
        .iter()
        .map(|key| {
            let mut object = to_json(key);
            if let Some(object) = object.as_object_mut() {
                object.insert("risk".to_owned(), Risk::of(key).code().into());
            }
            object
        })
        .collect();
    let line = fill(text.inventory_done, &[&keys.len().to_string(), &urgent.to_string()]);
    Ok(Report::new(format!("{}\n{line}", aligned(&table))).with("keys", object).with("urgent", urgent))
}
