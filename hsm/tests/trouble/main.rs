//! Devices in trouble, and devices that lie. A module that misbehaves on command stands before a real
//! one, and whatever it does: every key recovers or says why, and nothing that comes out is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::panic_in_result_fn,
    clippy::unwrap_in_result,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop anywhere"
)]

#[path = "../support/mod.rs"]
mod support;

mod breaker;
mod choice;
mod codes;
mod handles;
mod hanging;
mod lies;
mod logins;
mod lost;
mod scene;
mod slots;
mod threads;
mod traces;

use support::alone::token_test;

/// A test on each of the tokens that stand for all.
macro_rules! on_both {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;
            use crate::support::tokens::{Kryoptic, Token};

            crate::token_test!(kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| $body(
                &token
            ));
            crate::token_test!(nss, [Token::nss().misbehaving()], |[token]| $body(&token));
            crate::token_test!(softhsm, [Token::softhsm().misbehaving()], |[token]| $body(&token));
        }
    };
}
use on_both;
