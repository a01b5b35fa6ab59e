//! `selftest` covers every algorithm, and notices when one computes wrongly.

use crate::support::{Dir, KHOALAI, Run, set_mode};
use khoalai::Algorithm;

#[test]
fn every_algorithm_is_tested_and_both_implementations_are_compared() {
    let (code, told) = Dir::new().json(&["selftest"]);
    assert_eq!((code, &told["passed"]), (0, &true.into()));
    let tests = told["tests"].as_array().unwrap();
    let has = |test: &str, name: &str| {
        tests.iter().any(|told| told["test"] == test && told["algorithm"] == name && told["passed"] == true)
    };
    for algorithm in Algorithm::ALL {
        assert!(has("known_answer", algorithm.name()), "{algorithm}");
        let is_post_quantum = algorithm.halves().is_none() && !algorithm.is_classical();
        assert_eq!(has("cross_check", algorithm.name()), is_post_quantum, "{algorithm}");
    }
    let people = Dir::new().ok(&["selftest", "--lang", "vi"]);
    assert_eq!(people.out().lines().count(), tests.len() + 1);
}

/// A copy of the program with one bit of a constant changed: what a bad disk or memory does.
#[test]
fn a_wrong_computation_ends_with_code_7() {
    let dir = Dir::new();
    let mut program = std::fs::read(KHOALAI).unwrap();
    let prefix = b"CompositeAlgorithmSignatures2025";
    let place = program.windows(prefix.len()).position(|window| window == prefix).unwrap();
    program[place] ^= 1;
    dir.write("broken", program);
    set_mode(&dir.path("broken"), 0o700);
    let run = |args: &[&str]| {
        let mut command = dir.command(dir.path("broken"));
        command.args(args);
        Run::of(command, b"")
    };
    let people = run(&["selftest"]);
    people.fails(7, "SELF_TEST_FAILED");
    assert!(
        people.out().contains("MLDSA65-Ed25519-SHA512: FAILED") && people.out().contains("X-Wing: passed")
    );
    let told: serde_json::Value = serde_json::from_slice(&run(&["selftest", "--json"]).out).unwrap();
    assert_eq!(told["error"]["number"], 500);
    let failed = told["tests"].as_array().unwrap().iter().filter(|test| test["passed"] == false).count();
    let composites = Algorithm::ALL
        .iter()
        .filter(|algorithm| algorithm.halves().is_some() && algorithm.signature_len() > 0);
    assert_eq!(failed, composites.count());
}
