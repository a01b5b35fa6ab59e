//! Leaks made on purpose, one of each kind: the search finds them.

use crate::lab::Lab;
use crate::report::{Place, Report};
use std::hint::black_box;

const SECRET: [u8; 32] = *b"\x17planted secret, to be found\x9b\x3d\xe1\x58";

pub(crate) fn drive(lab: &mut Lab) {
    let kept = std::mem::take(&mut lab.report);
    lab.report.begin("planted");
    lab.needles.add("planted", &SECRET);
    let mut blocks = Vec::new();

    lab.run("clean", || black_box(1));
    lab.run("below", || below(&SECRET));
    let block = lab.run("freed", || Box::new(SECRET)).take();
    lab.run("freed", || drop(block));
    let made = lab.run("live", || Box::new(SECRET));
    blocks.push(made.take());
    lab.next();
    drop(blocks);

    let rounds = [(1, 1), (1, 2), (2, 3)].map(|(secret, chance)| {
        lab.run("differs", || below(&[secret; 32]));
        lab.run("differs by chance", || below(&[chance; 32]));
        lab.run("does not differ", || below(&[7; 32]));
        lab.next()
    });
    lab.compare(&rounds);

    for (what, place) in [("below", Place::Below), ("freed", Place::Freed), ("the end", Place::Live)] {
        assert!(lab.report.leak(what, place), "{what}: a planted leak was not found");
    }
    assert!(lab.report.difference("differs") >= 32, "a planted difference was not found");
    for what in ["differs by chance", "does not differ"] {
        assert_eq!(lab.report.difference(what), 0, "{what}");
    }
    assert!(!lab.report.leak("clean", Place::Below));
    let Report { .. } = std::mem::replace(&mut lab.report, kept);
}

/// Leaves its argument on the stack.
#[inline(never)]
fn below(secret: &[u8; 32]) {
    let copy = black_box(*secret);
    black_box(&copy);
}
