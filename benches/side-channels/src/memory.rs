//! Runs operations for memcheck with their secrets undefined (`scripts/secret-dependence`): whatever is
//! branched on, or used as an address, and is worked out from them is then reported.

use crate::cases::Case;
use crate::machine;

const ROOM: usize = 8192;

/// Prints, for each case, how many reports it caused and how many bytes that came out depend on secrets.
pub fn all(cases: &[Case]) {
    assert!(machine::is_valgrind(), "run by scripts/secret-dependence");
    for case in cases {
        let (mut input, mut out) = ((case.input)(1), [0; ROOM]);
        // Self-tests and tables first, and with nothing secret about.
        (case.load)(&input)(&mut out);
        out.fill(0);

        let before = machine::errors();
        eprintln!("-- {}", case.name);
        for hidden in input.hidden().collect::<Vec<_>>() {
            machine::make_undefined(&mut input.secret[hidden]);
        }
        let mut run = (case.load)(&input);
        run(&mut out);
        drop(run);
        let reports = machine::errors() - before;
        let reached = machine::undefined(&out);
        machine::make_defined(&mut out);
        machine::make_defined(&mut input.secret);
        println!("{reports:4} reports, {reached:4} bytes out  {}", case.name);
    }
}
