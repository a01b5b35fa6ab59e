//! The same operations in programs that were built with other flags.

use crate::Report;
use crate::result::Op;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// In Rust, and so the compiler's.
const WHOSE: [&str; 2] = ["khoalai", "libcrux"];

/// A column for each build: the least that any of its runs took.
pub fn table(reports: &[Report]) -> String {
    let mut builds: Vec<&str> = Vec::new();
    let mut least: BTreeMap<(&str, Op, &str), Vec<f64>> = BTreeMap::new();
    for report in reports {
        if !builds.contains(&report.about.flags()) {
            builds.push(report.about.flags());
        }
    }
    for report in reports {
        let column = builds.iter().position(|build| *build == report.about.flags()).unwrap();
        for one in report.measured.iter().filter(|one| WHOSE.contains(&&*one.peer)) {
            let row = least
                .entry((&one.row, one.op, &one.peer))
                .or_insert_with(|| vec![f64::INFINITY; builds.len()]);
            let time = if one.op == Op::Sign { one.mean } else { one.least };
            row[column] = row[column].min(time);
        }
    }
    let mut out = format!(
        "{}\n\n| What | {} |\n|---|{}\n",
        reports[0].about.text(),
        builds.join(" | "),
        "---|".repeat(builds.len())
    );
    for ((row, op, peer), times) in least {
        let by = if peer == "khoalai" { String::new() } else { format!(" ({peer})") };
        let times: Vec<String> = times.iter().map(|time| format!("{time:.1}")).collect();
        writeln!(out, "| {row}{by}: {} | {} |", op.name(), times.join(" | ")).unwrap();
    }
    out
}
