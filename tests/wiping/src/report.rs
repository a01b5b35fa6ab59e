//! What was found, and what that means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::Instant;

/// For the log of a run that takes long.
static START: OnceLock<Instant> = OnceLock::new();

/// Where a secret was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// On the stack below the caller of the operation: the library's.
    Below,
    /// In the frame of the caller, where the outcome passes through. What is moved there is the
    /// caller's to wipe (SECURITY.md).
    Frame,
    /// In a block of the heap when it was freed.
    Freed,
    /// The same, where SECURITY.md says so.
    Named,
    /// In a block that nobody freed.
    Live,
}

/// What is known of one operation of one subject.
#[derive(Default)]
struct Operation {
    /// How deep it went, in bytes.
    depth: usize,
    /// How deep anything is that differs between two sets of secrets, and how much.
    differs: usize,
    differing: usize,
    /// The secrets found, with the greatest depth.
    found: BTreeMap<(Place, String), usize>,
}

impl Operation {
    fn leaks(&self) -> bool {
        self.differing > 0
            || self.found.keys().any(|(place, _)| !matches!(place, Place::Frame | Place::Named))
    }
}

/// One thing that was looked into: its name, and its operations in order.
struct Subject {
    name: String,
    operations: Vec<(String, Operation)>,
}

#[derive(Default)]
pub(crate) struct Report {
    subjects: Vec<Subject>,
    seen: BTreeSet<String>,
    wanted: BTreeSet<String>,
}

impl Report {
    pub(crate) fn begin(&mut self, subject: &str) {
        eprintln!("{:>6} s: {subject}", START.get_or_init(Instant::now).elapsed().as_secs());
        self.subjects.push(Subject { name: subject.into(), operations: Vec::new() });
    }

    fn operation(&mut self, what: &str) -> &mut Operation {
        let operations = &mut self.subjects.last_mut().expect("a subject").operations;
        let at = operations.iter().position(|(name, _)| name == what).unwrap_or_else(|| {
            operations.push((what.into(), Operation::default()));
            operations.len() - 1
        });
        &mut operations[at].1
    }

    pub(crate) fn ran(&mut self, what: &str, depth: usize) {
        let operation = self.operation(what);
        operation.depth = operation.depth.max(depth);
    }

    pub(crate) fn found(&mut self, what: &str, place: Place, needle: &str, depth: usize) {
        self.seen(needle);
        let found = self.operation(what).found.entry((place, needle.into())).or_default();
        *found = depth.max(*found);
    }

    pub(crate) fn differs(&mut self, what: &str, depth: usize, count: usize) {
        let operation = self.operation(what);
        operation.differs = operation.differs.max(depth);
        operation.differing = operation.differing.max(count);
    }

    pub(crate) fn seen(&mut self, needle: &str) {
        if !self.seen.contains(needle) {
            self.seen.insert(needle.into());
        }
    }

    pub(crate) fn was_seen(&self, needle: &str) -> bool {
        self.seen.contains(needle)
    }

    /// How deep the operations of this subject went at most.
    pub(crate) fn depth(&self) -> usize {
        let own = self.subjects.last().into_iter().flat_map(|subject| &subject.operations);
        own.map(|(_, operation)| operation.depth).max().unwrap_or(0)
    }

    pub(crate) fn wanted(&mut self, needles: Vec<String>) {
        self.wanted.extend(needles);
    }

    /// Whether this operation left something in this place.
    pub(crate) fn leak(&mut self, what: &str, place: Place) -> bool {
        self.operation(what).found.keys().any(|(found, _)| *found == place)
    }

    /// How many bytes this operation left that differ.
    pub(crate) fn difference(&mut self, what: &str) -> usize {
        self.operation(what).differing
    }

    /// Prints what was found, all of it or what is wrong only, and says whether anything is.
    pub(crate) fn print(&self, all: bool) -> bool {
        let mut wrong = false;
        for Subject { name, operations } in &self.subjects {
            let leaking = operations.iter().filter(|(_, operation)| operation.leaks()).count();
            let depth = operations.iter().map(|(_, operation)| operation.depth).max().unwrap_or(0);
            let verdict = if leaking == 0 { "clean".into() } else { format!("{leaking} LEAK") };
            println!("{name:<44} {:>3} operations, up to {depth:>7} bytes deep: {verdict}", operations.len());
            for (what, operation) in operations.iter().filter(|(_, operation)| all || operation.leaks()) {
                let Operation { depth, differs, differing, found } = operation;
                println!("  {what:<48} {depth:>7} deep; {differing:>6} bytes differ, down to {differs:>7}");
                for ((place, needle), depth) in found {
                    println!("    {place:?}: {needle} at {depth}");
                }
            }
            wrong |= leaking > 0;
        }
        let unseen: Vec<_> = self.wanted.difference(&self.seen).collect();
        println!("{} kinds of secrets, {} never seen {unseen:?}", self.wanted.len(), unseen.len());
        wrong || !unseen.is_empty()
    }
}
