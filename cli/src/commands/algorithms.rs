//! `algorithms`: what there is, how large, and who defined it.

use crate::args;
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::table::aligned;
use crate::text::Text;
use clap::{ArgMatches, Command};
use khoalai::Algorithm;
use khoalai::algorithm::{Kind, Status};
use serde_json::{Value, json};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(text, "algorithms", text.algorithms_about, "khoalai algorithms", [])
}

pub(crate) fn run(session: &Session, _matches: &ArgMatches) -> Result<Report, Failure> {
    let text = session.text;
    let heading = [
        text.column_name,
        text.column_use,
        text.column_category,
        text.column_public,
        text.column_private,
        text.column_sent,
        text.column_keygen,
        text.column_status,
        text.column_document,
        text.column_code,
    ];
    let mut table = vec![heading.map(str::to_owned)];
    table.extend(Algorithm::ALL.iter().map(|algorithm| line(text, *algorithm)));
    let object: Vec<Value> = Algorithm::ALL.iter().map(|algorithm| to_json(*algorithm)).collect();
    Ok(Report::new(aligned(&table)).with("algorithms", object))
}

/// Whether `keygen` makes keys of it: not if they are never whole, nor if they are classical alone.
pub(crate) fn can_generate(algorithm: Algorithm) -> bool {
    algorithm.private_key_len() > 0 && !algorithm.is_classical()
}

fn line(text: &Text, algorithm: Algorithm) -> [String; 10] {
    let row = algorithm.row();
    let usage = match row.kind {
        _ if algorithm.is_classical() => text.use_half,
        Kind::Signature => text.use_signature,
        _ => text.use_kem,
    };
    let (status, document) = status(algorithm);
    let status = match status {
        "standard" => text.status_standard,
        "draft" => text.status_draft,
        "legacy" => text.status_legacy,
        _ => text.status_private,
    };
    let private = match (row.private_key, algorithm.halves()) {
        (0, Some(_)) => text.two_halves.to_owned(),
        (0, None) => "-".to_owned(),
        (length, _) => length.to_string(),
    };
    let keygen = if can_generate(algorithm) { text.yes } else { text.no };
    [
        row.name.to_owned(),
        usage.to_owned(),
        row.category.to_string(),
        row.public_key.to_string(),
        private,
        row.ciphertext.max(row.signature).to_string(),
        keygen.to_owned(),
        status.to_owned(),
        document.to_owned(),
        implementations(algorithm).join(", "),
    ]
}

fn status(algorithm: Algorithm) -> (&'static str, &'static str) {
    match algorithm.row().status {
        Status::Standard(document) => ("standard", document),
        Status::Draft(document) => ("draft", document),
        Status::Private(document) => ("private", document),
        Status::Legacy(program) => ("legacy", program),
        _ => ("unknown", ""),
    }
}

/// The crates that do the arithmetic: those of both halves for a hybrid.
fn implementations(algorithm: Algorithm) -> Vec<&'static str> {
    let (first, second) =
        algorithm.halves().map_or((algorithm, None), |(pq, classical)| (pq, Some(classical)));
    [Some(first), second].into_iter().flatten().map(|half| half.row().software.implementation()).collect()
}

fn to_json(algorithm: Algorithm) -> Value {
    let row = algorithm.row();
    let kind = match row.kind {
        Kind::Kem => "kem",
        Kind::Share => "share",
        Kind::Signature => "signature",
        _ => "unknown",
    };
    let (status, document) = status(algorithm);
    let halves = algorithm.halves().map(|(pq, classical)| [pq.name(), classical.name()]);
    json!({
        "name": row.name,
        "kind": kind,
        "halves": halves,
        "status": status,
        "document": document,
        "category": row.category,
        "public_key": row.public_key,
        "private_key": row.private_key,
        "ciphertext": row.ciphertext,
        "secret": row.secret,
        "signature": row.signature,
        "implementation": implementations(algorithm),
        "keygen": can_generate(algorithm),
    })
}
