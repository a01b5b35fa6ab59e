//! What was found, and what that means.

use std::collections::{BTreeMap, BTreeSet};

/// Where a secret was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// On the stack below the caller of the operation: the library's.
    Below,
    /// In the frame of the caller, where the outcome passes through.
    Frame,
    /// In a block of the heap when it was freed.
    Freed,
    /// In a block that nobody freed.
    Live,
}

/// What is known of one operation of one subject.
#[derive(Default)]
struct Operation {
    /// How deep it went.
    depth: usize,
    /// How deep anything is that differs between two sets of secrets, and how much.
    differs: usize,
    differing: usize,
    /// The secrets found, with the greatest depth.
    found: BTreeMap<(Place, String), usize>,
}

#[derive(Default)]
pub(crate) struct Report {
    subject: String,
    operations: BTreeMap<(String, String), Operation>,
    order: Vec<(String, String)>,
    seen: BTreeSet<String>,
    wanted: BTreeSet<String>,
}

impl Report {
    pub(crate) fn begin(&mut self, subject: &str) {
        self.subject = subject.into();
    }

    fn operation(&mut self, what: &str) -> &mut Operation {
        let key = (self.subject.clone(), what.to_string());
        if !self.operations.contains_key(&key) {
            self.order.push(key.clone());
        }
        self.operations.entry(key).or_default()
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
        let own = self.operations.iter().filter(|((subject, _), _)| *subject == self.subject);
        own.map(|(_, operation)| operation.depth).max().unwrap_or(0)
    }

    pub(crate) fn wanted(&mut self, needles: Vec<String>) {
        self.wanted.extend(needles);
    }

    pub(crate) fn print(&self) {
        for key in &self.order {
            let operation = &self.operations[key];
            println!(
                "{:<34} {:<40} went {:>7}, differs to {:>7} ({:>6})",
                key.0, key.1, operation.depth, operation.differs, operation.differing
            );
            for ((place, needle), depth) in &operation.found {
                println!("    {place:?} {needle} at {depth}");
            }
        }
        for needle in self.wanted.difference(&self.seen) {
            println!("never seen: {needle}");
        }
    }
}
