//! What is aimed at: how many times as long as ours a peer takes.

use crate::result::{Measured, Op};
use std::fmt::Write as _;

/// Rows, operations, peers, and at least so many times.
type Target = (&'static [&'static str], &'static [Op], &'static [&'static str], f64);

const TARGETS: &[Target] = &[
    (&["X-Wing", "X25519MLKEM768"], &[Op::Generate, Op::Decapsulate, Op::Client], &["aws-lc parts"], 1.1),
    (&["X-Wing", "X25519MLKEM768"], &[Op::Encapsulate], &["aws-lc parts"], 1.0),
    (&["X-Wing", "X25519MLKEM768"], &[Op::EncapsulatePrepared], &["aws-lc parts"], 1.15),
    (
        &["X-Wing", "X25519MLKEM768"],
        &[Op::Generate, Op::Encapsulate, Op::Decapsulate, Op::Client],
        &["x-wing", "libcrux-kem", "BoringSSL", "OpenSSL"],
        1.9,
    ),
    (
        &["X-Wing", "X25519MLKEM768"],
        &[Op::Generate, Op::Encapsulate, Op::EncapsulatePrepared, Op::Decapsulate, Op::Client],
        &["fastest Rust parts"],
        1.0 / 1.10,
    ),
    (
        &["X-Wing", "MLKEM768-P256"],
        &[Op::Generate, Op::Encapsulate, Op::EncapsulatePrepared, Op::Decapsulate],
        &["own parts"],
        1.0 / 1.02,
    ),
    (
        &["MLKEM768-P256"],
        &[Op::Generate, Op::Encapsulate, Op::EncapsulatePrepared, Op::Decapsulate],
        &["aws-lc parts"],
        1.0 / 1.05,
    ),
    (&["MLKEM1024-P384"], &[Op::Decapsulate], &["aws-lc parts"], 1.0 / 1.2),
];

/// Each with what came of it.
pub fn text(measured: &[Measured]) -> String {
    let mut out =
        String::from("| Row | Operation | Peer | At least | Measured | |\n|---|---|---|---|---|---|\n");
    for (rows, ops, peers, least) in TARGETS {
        for one in measured {
            let is = rows.contains(&&*one.row) && ops.contains(&one.op) && peers.contains(&&*one.peer);
            if is {
                let verdict = if one.ratio >= *least { "met" } else { "**missed**" };
                let (row, op, peer, ratio) = (&one.row, one.op.name(), &one.peer, one.ratio);
                writeln!(out, "| {row} | {op} | {peer} | {least:.2} | {ratio:.2} | {verdict} |").unwrap();
            }
        }
    }
    out
}
