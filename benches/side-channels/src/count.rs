//! Runs operations for callgrind, which counts each between two requests (`scripts/instructions`).

use crate::cases::Case;
use crate::machine;
use std::ffi::CString;

/// Room for whatever comes out.
const ROOM: usize = 8192;

pub fn all(cases: &[Case]) {
    assert!(machine::is_valgrind(), "run by scripts/instructions");
    for case in cases.iter().filter(|case| case.is_counted) {
        let name = CString::new(case.name.as_str()).expect("a name");
        let (input, mut out) = ((case.input)(0), [0; ROOM]);
        // Self-tests and tables of base points: once in a process, and not what is counted.
        (case.load)(&input)(&mut out);
        let mut run = (case.load)(&input);
        machine::start_counting();
        run(&mut out);
        machine::stop_counting(&name);
    }
}
