//! khoalai and its peers in one program: each does the same, by turns. `scripts/peers` builds and runs it.

mod builds;
mod kem;
mod machine;
mod peer;
mod plot;
mod reference;
mod result;
mod sign;
mod table;
mod target;

use clap::Parser;
use harness::{Plan, measure, stay};
use result::{Measured, Op, Subject};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What one run of the program found.
#[derive(Serialize, Deserialize)]
struct Report {
    about: machine::About,
    measured: Vec<Measured>,
}

#[derive(Parser)]
enum Command {
    /// Measures, and writes what came of it to a file.
    Measure {
        /// For a look only: too few rounds for figures.
        #[arg(long)]
        quick: bool,
        /// Rows whose names begin so; all, without.
        #[arg(long)]
        row: Vec<String>,
        file: PathBuf,
    },
    /// Puts the table into a page between its marks, and draws the plot beside it.
    Report {
        #[arg(long)]
        page: PathBuf,
        #[arg(long)]
        plot: PathBuf,
        files: Vec<PathBuf>,
    },
    /// Puts programs beside each other that were built with other flags.
    Builds { files: Vec<PathBuf> },
}

fn main() -> ExitCode {
    match Command::parse() {
        Command::Measure { quick, row, file } => run(quick, &row, &file),
        Command::Report { page, plot, files } => report(&page, &plot, &files),
        Command::Builds { files } => {
            print!("{}", builds::table(&read(&files)));
            ExitCode::SUCCESS
        }
    }
}

fn run(quick: bool, rows: &[String], file: &Path) -> ExitCode {
    let about = machine::About::here(quick);
    println!("{}", about.text());
    let batch = Duration::from_micros(600);
    let plan = if quick { Plan { runs: 3, rounds: 5, batch } } else { Plan { runs: 3, rounds: 100, batch } };
    if !stay() {
        println!("not held on one processor");
    }
    let mut all: Vec<Vec<Subject<'_>>> = Vec::new();
    for subject in peer::all() {
        if !rows.is_empty() && !rows.iter().any(|row| subject.row.starts_with(row)) {
            continue;
        }
        match all.last_mut() {
            Some(last) if last[0].row == subject.row => last.push(subject),
            _ => all.push(vec![subject]),
        }
    }
    println!("every peer was seen to do what khoalai does");
    let mut measured = Vec::new();
    for subjects in all {
        measured.extend(row(subjects, plan));
    }
    let slow = reference::slow(&measured, &about);
    slow.iter().for_each(|line| println!("{line}"));
    let report = Report { about, measured };
    fs::write(file, serde_json::to_vec_pretty(&report).unwrap()).unwrap();
    if slow.is_empty() || quick { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One row: all operations of all peers in the same rounds.
fn row(subjects: Vec<Subject<'_>>, plan: Plan) -> Vec<Measured> {
    let (labels, mut works): (Vec<_>, Vec<_>) =
        subjects.into_iter().map(|subject| ((subject.row, subject.op, subject.peer), subject.work)).unzip();
    let figures = measure(&mut works, plan);
    // Where we prepare nothing, what is loaded is compared with what is not.
    let ours: HashMap<Op, usize> = labels
        .iter()
        .enumerate()
        .filter(|(_, label)| label.2 == "khoalai")
        .map(|(at, label)| (label.1, at))
        .collect();
    let instead = |op| match op {
        Op::EncapsulatePrepared => Op::Encapsulate,
        Op::VerifyPrepared => Op::Verify,
        other => other,
    };
    let mut measured = Vec::new();
    for ((row, op, peer), figures_of) in labels.iter().zip(&figures) {
        let at = ours.get(op).unwrap_or_else(|| &ours[&instead(*op)]);
        let one = Measured::new(row, *op, peer, figures_of, &figures[*at]);
        println!(
            "{row:34} {:24} {peer:20} {:8.2} {:8.2} us, {:5.2} {:5.2} times ours, spread {:4.1} %",
            op.name(),
            one.least,
            one.time(),
            one.ratio_of_least,
            one.ratio,
            one.spread * 100.0
        );
        measured.push(one);
    }
    measured
}

fn report(page: &Path, to: &Path, files: &[PathBuf]) -> ExitCode {
    let reports = read(files);
    // Of a peer that is in several programs, the first.
    let mut measured: Vec<Measured> = Vec::new();
    for one in reports.iter().flat_map(|report| &report.measured) {
        if !measured.iter().any(|known| (&known.row, known.op, &known.peer) == (&one.row, one.op, &one.peer))
        {
            measured.push(one.clone());
        }
    }
    let about = &reports[0].about;
    let text = fs::read_to_string(page).unwrap();
    fs::write(page, table::put(&text, &format!("{}\n{}", about.text(), table::of(&measured)))).unwrap();
    plot::draw(to, &measured);
    print!("{}", target::text(&measured));
    ExitCode::SUCCESS
}

fn read(files: &[PathBuf]) -> Vec<Report> {
    files.iter().map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap()).collect()
}
