//! What operations on secrets do that can be seen from outside, and how many instructions they take. Each
//! sub-command is one way to look; `README.md` says what each sees and what it misses. TEST ONLY keys.

mod cases;
mod control;
mod count;
mod input;
mod keys;
mod machine;
mod memory;
#[path = "../../../hsm/src/oaep.rs"]
#[allow(dead_code, reason = "its tests are khoalai-hsm's")]
mod oaep;
mod others;
mod step;
mod time;

use cases::Case;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else { usage() };
    match command.as_str() {
        "list" => cases::all().iter().for_each(|case| println!("{}", case.name)),
        "paths" => cases::implementations().iter().for_each(|line| println!("{line}")),
        "count" => count::all(&cases::all()),
        "memory" => memory::all(&chosen(rest)),
        "step" => step::all(&chosen(rest)),
        "time" => time::all(rest),
        _ => usage(),
    }
}

/// The cases whose names hold one of the words; without words all that look at secrets.
fn chosen(words: &[String]) -> Vec<Case> {
    let mut cases = cases::all();
    if words.iter().any(|word| word.starts_with("control")) {
        cases.extend(control::all());
    }
    cases.retain(|case| {
        case.is_secret && (words.is_empty() || words.iter().any(|word| case.name.contains(word.as_str())))
    });
    assert!(!cases.is_empty(), "no case is called so");
    cases
}

fn usage() -> ! {
    eprintln!(
        "side-channels list | paths | count | memory [NAME...] | step [NAME...] | time MEASUREMENTS [NAME...]"
    );
    std::process::exit(2)
}
