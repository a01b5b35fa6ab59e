//! The search for printed secrets finds what is planted, in every form.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test may stop anywhere"
)]

mod support;

use base64ct::{Base64, Encoding};
use support::alone::{is_child, run};
use support::secrets::keep;
use support::tokens::{Token, USER_PIN};

const SECRET: [u8; 32] = *b"TEST ONLY: a secret of 32 bytes.";

/// Runs a body that prints a secret in some way, which has to be noticed.
fn caught(name: &str, print: fn(&[u8]) -> String) {
    let body = || {
        run(name, [Token::softhsm()], |[_]| {
            keep(&SECRET);
            println!("before {} after", print(&SECRET));
        });
    };
    if is_child() {
        return body();
    }
    let payload = std::panic::catch_unwind(body).expect_err("nothing was noticed");
    let told = payload.downcast_ref::<String>().unwrap();
    assert!(told.contains("it printed"), "{told}");
}

macro_rules! planted {
    ($($name:ident: $print:expr;)+) => { $(
        #[test]
        fn $name() {
            caught(concat!(module_path!(), "::", stringify!($name)), $print);
        }
    )+ };
}

planted! {
    raw: |secret| String::from_utf8_lossy(secret).into_owned();
    hexadecimal: |secret| secret.iter().map(|byte| format!("{byte:02x}")).collect();
    capitals: |secret| secret.iter().map(|byte| format!("{byte:02X}")).collect();
    debug: |secret| format!("{secret:?}");
    debug_hexadecimal: |secret| format!("{secret:x?}");
    base64: Base64::encode_string;
    in_base64: |secret| Base64::encode_string(&[b"x", secret].concat());
    deep_in_base64: |secret| Base64::encode_string(&[b"xy", secret].concat());
    a_part: |secret| String::from_utf8_lossy(&secret[..20]).into_owned();
    pin: |_| USER_PIN.to_owned();
}

#[test]
fn nothing_else_is_found() {
    run(concat!(module_path!(), "::nothing_else_is_found"), [Token::softhsm()], |[_]| {
        keep(&SECRET);
        println!("TEST ONLY, {:?}", [1, 2, 3]);
    });
}
