//! `hsm list`: the tokens that are there, and what is in one of them.

use crate::args;
use crate::device::{Devices, arguments};
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use khoalai_hsm::{Found, Listed, Uri};
use serde_json::{Value, json};

pub(crate) fn command(text: &'static Text) -> Command {
    let uri = Arg::new("uri").value_name("URI").help(text.list_uri_help);
    args::subcommand(
        text,
        "list",
        text.hsm_list_about,
        "khoalai hsm list --module FILE [URI]",
        [uri].into_iter().chain(arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let devices = Devices::of(session, matches)?;
    match matches.get_one::<String>("uri") {
        None => tokens(session.text, &devices.tokens(&Uri::new())?),
        Some(uri) => Ok(keys(session.text, &devices.open(session, &Uri::parse(uri)?)?.list()?)),
    }
}

fn tokens(text: &Text, found: &[Found]) -> Result<Report, Failure> {
    let heading =
        [text.column_token, text.column_model, text.column_serial, text.column_pkcs11, text.column_uri];
    let mut table = vec![heading.map(str::to_owned)];
    let mut object = Vec::new();
    for token in found {
        let uri = token.uri()?.to_string();
        let (major, minor) = token.pkcs11;
        table.push([
            token.identity.label.clone(),
            token.identity.model.clone(),
            token.identity.serial.clone(),
            format!("{major}.{minor}"),
            uri.clone(),
        ]);
        object.push(json!({
            "label": token.identity.label,
            "manufacturer": token.identity.manufacturer,
            "model": token.identity.model,
            "serial": token.identity.serial,
            "pkcs11": format!("{major}.{minor}"),
            "module": token.module.display().to_string(),
            "uri": uri,
        }));
    }
    Ok(Report::new(aligned(&table)).with("tokens", object))
}

fn keys(text: &Text, listed: &[Listed]) -> Report {
    let heading = [text.column_key, text.column_component, text.column_hybrid, text.column_guarded];
    let mut table = vec![heading.map(str::to_owned)];
    table.extend(listed.iter().map(|key| {
        [
            key.name.clone(),
            component(key),
            key.hybrid.clone().unwrap_or_else(|| "-".to_owned()),
            if key.closed { text.yes } else { text.no }.to_owned(),
        ]
    }));
    let object: Vec<Value> = listed.iter().map(to_json).collect();
    Report::new(aligned(&table)).with("keys", object)
}

/// What the key can be one of.
pub(super) fn component(key: &Listed) -> String {
    let names: Vec<_> = key.algorithms.iter().map(|algorithm| algorithm.name()).collect();
    if names.is_empty() { "?".to_owned() } else { names.join(", ") }
}

pub(super) fn to_json(key: &Listed) -> Value {
    let id: String = key.id.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "name": key.name,
        "id": id,
        "components": key.algorithms.iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>(),
        "hybrid": key.hybrid,
        "sensitive_and_not_extractable": key.closed,
        "made_inside": key.born_inside,
        "single_use": key.single_use,
        "always_authenticate": key.always_authenticate,
    })
}
