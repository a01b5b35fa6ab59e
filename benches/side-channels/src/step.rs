//! Runs operations one instruction at a time, and compares which instructions run with other secrets.
//!
//! What it sees: every branch, on whatever code this processor takes, AVX-512 included. What it misses: which
//! addresses data has, and how long an instruction takes.

use crate::cases::Case;
use crate::control;
use crate::input::Input;
use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};

const ROOM: usize = 8192;
/// With how many inputs number 0 is compared.
const OTHERS: u64 = 1;
/// Something is wrong if an operation takes longer.
const LONGEST: usize = 20_000_000;

/// A process that is about to run the operation.
fn ready(case: &Case, input: &Input) -> Pid {
    let mut out = [0; ROOM];
    // SAFETY: this program has one thread.
    match unsafe { fork() }.expect("a second process") {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            ptrace::traceme().expect("to be traced");
            let mut run = (case.load)(input);
            raise(Signal::SIGSTOP).expect("to stop");
            run(&mut out);
            raise(Signal::SIGSTOP).expect("to stop");
            // Without cleaning up: what is only dropped was not looked at.
            std::process::exit(0)
        }
    }
}

/// Those for every input. All are made before the first is followed, and each input stands in the same place:
/// nothing but the secrets is different in them, no address and nothing in the heap.
fn all_ready(case: &Case) -> Vec<Pid> {
    let inputs: Vec<Input> = (0..=OTHERS).map(&case.input).collect();
    let mut here = inputs[0].clone();
    let mut children = Vec::with_capacity(inputs.len());
    for input in &inputs {
        here.copy_from(input);
        children.push(ready(case, &here));
    }
    children
}

/// Steps a process from its first stop to its second.
fn follow(child: Pid) -> Vec<u64> {
    let stopped = |at: &WaitStatus| matches!(at, WaitStatus::Stopped(_, Signal::SIGSTOP));
    let first = waitpid(child, None).expect("the other process");
    assert!(stopped(&first), "it stops before the operation: {first:?}");
    let mut addresses = Vec::with_capacity(1 << 20);
    loop {
        ptrace::step(child, None).expect("a step");
        match waitpid(child, None).expect("the other process") {
            WaitStatus::Stopped(_, Signal::SIGTRAP) => {}
            at if stopped(&at) => break,
            at => panic!("it ended early: {at:?}"),
        }
        addresses.push(ptrace::getregs(child).expect("its registers").rip);
        assert!(addresses.len() < LONGEST, "it does not end");
    }
    ptrace::kill(child).expect("to end it");
    waitpid(child, None).expect("its end");
    addresses
}

/// Where two traces part: how many steps are the same, and the two addresses.
fn part(one: &[u64], other: &[u64]) -> Option<String> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    if same == one.len() && same == other.len() {
        return None;
    }
    let at = |trace: &[u64]| trace.get(same.wrapping_sub(1)).copied().map_or_else(String::new, place);
    Some(format!("after {same} of {} and {} steps, at {}", one.len(), other.len(), at(one)))
}

/// An address as `file+offset`, for `addr2line`.
fn place(address: u64) -> String {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let inside = maps.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let (range, offset, file) = (words.next()?, words.nth(1)?, words.nth(2)?);
        let (start, end) = range.split_once('-')?;
        let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
        let file = file.rsplit('/').next()?;
        let offset = u64::from_str_radix(offset, 16).ok()?;
        (start..end)
            .contains(&address)
            .then(|| format!("{file}+{:#x} (file offset)", address - start + offset))
    });
    inside.unwrap_or_else(|| format!("{address:#x}"))
}

/// Prints, for each case, how many instructions were compared, and whether they were the same. Fails where
/// they were not, where a control that branches was not found, or one that does not was. Operations that draw by
/// rejection go a way of their own with each key, and are passed over.
pub fn all(cases: &[Case]) {
    let mut wrong = Vec::new();
    let controls = control::all();
    let cases = cases.iter().filter(|case| !case.rejects && !case.name.starts_with("control"));
    for case in controls.iter().chain(cases) {
        // Self-tests and tables first, in the process that all others are made of.
        let mut out = [0; ROOM];
        let input = (case.input)(0);
        (case.load)(&input)(&mut out);
        let mut traces = all_ready(case).into_iter().map(follow);
        let first = traces.next().expect("a trace");
        // Each to its end, or it would be left behind.
        let parted: Vec<String> = traces.filter_map(|trace| part(&first, &trace)).collect();
        let leaks = ["control: branches on a secret", "control: stops early"].contains(&case.name.as_str());
        let (is_right, verdict) = match (parted.first(), leaks) {
            (None, false) => (true, "the same".to_owned()),
            (Some(at), true) => (true, format!("differ, as they must: {at}")),
            (None, true) => (false, "A LEAK WENT UNNOTICED".to_owned()),
            (Some(at), false) => (false, format!("DIFFER: {at}")),
        };
        println!("{:8} instructions x {}  {}: {verdict}", first.len(), OTHERS + 1, case.name);
        if !is_right {
            wrong.push(&case.name);
        }
    }
    if !wrong.is_empty() {
        eprintln!("not as it should be: {wrong:?}");
        std::process::exit(1);
    }
}
