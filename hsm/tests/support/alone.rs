//! A test in a process of its own.
//!
//! A PKCS#11 module reads its configuration from the environment, which only a new process can be given
//! safely, and all that load it share its state: the login, the sessions, being finalised. So a test on
//! tokens starts its own program again, once to make each token and once for itself.

use super::secrets;
use super::tokens::{Home, Token};
use std::process::Command;
use std::time::Duration;

/// What this process is for; unset in the one that cargo started.
const STAGE: &str = "KHOALAI_TEST_STAGE";
const RUN: &str = "run";
/// A module that hangs must not hang the whole suite.
const LIMIT: Duration = Duration::from_secs(1200);

/// A test on fresh tokens.
///
/// ```ignore
/// token_test!(name_of_the_test, [Token::softhsm()], |[token]| assert!(token.module().exists()));
/// ```
#[allow(unused_macros, reason = "not every test uses it")]
macro_rules! token_test {
    ($(#[$attribute:meta])* $name:ident, $tokens:expr, $body:expr) => {
        $(#[$attribute])*
        #[test]
        fn $name() {
            $crate::support::alone::run(concat!(module_path!(), "::", stringify!($name)), $tokens, $body);
        }
    };
}
#[allow(unused_imports, reason = "not every test uses it")]
pub(crate) use token_test;

/// Runs `body` on tokens made for it alone; `name` is the test's whole path.
pub fn run<const N: usize>(name: &str, tokens: [Token; N], body: impl FnOnce([Token; N])) {
    match std::env::var(STAGE).as_deref() {
        Err(_) => {
            let home = Home::new(&tokens);
            for number in 0..N {
                again(name, &home, &number.to_string());
            }
            again(name, &home, RUN);
        }
        Ok(stage) => {
            end_in_time();
            let tokens = Home::in_child(tokens);
            match stage {
                RUN => body(tokens),
                number => tokens[number.parse::<usize>().unwrap()].initialise(),
            }
        }
    }
}

/// Whether this is one of the processes that such a test starts.
pub fn is_child() -> bool {
    std::env::var_os(STAGE).is_some()
}

/// This very test, by the same program, at another stage.
fn again(name: &str, home: &Home, stage: &str) {
    // The program's own name is part of the path, and not of what it calls its tests.
    let (_, test) = name.split_once("::").unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--include-ignored", "--nocapture", "--test-threads=1"])
        .envs(home.environment())
        .env(STAGE, stage)
        .output()
        .unwrap();
    let everything = [output.stdout.as_slice(), &output.stderr].concat();
    let printed = secrets::printed(home.path(), &everything);
    // Not printed once more.
    assert!(printed.is_empty(), "{test}, stage {stage}: it printed {printed:?}");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if stage == RUN || !output.status.success() {
        print!("{out}");
        eprint!("{err}");
    }
    assert!(output.status.success(), "{test}, stage {stage}: {}", output.status);
    assert!(out.contains("test result: ok. 1 passed"), "{test} did not run: is it called otherwise?");
}

fn end_in_time() {
    std::thread::spawn(|| {
        std::thread::sleep(LIMIT);
        eprintln!("still not finished after {} s", LIMIT.as_secs());
        std::process::abort();
    });
}
