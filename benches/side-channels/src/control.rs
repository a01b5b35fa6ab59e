//! What must be found, to see that looking works; and what must not.

use crate::cases::{Case, as_load};
use crate::input::{Input, bytes};
use core::hint::black_box;
use subtle::ConstantTimeEq;

const LEN: usize = 256;
/// No two entries are the same, or the compiler would see through it.
static TABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = (at * 167 % 256) as u8 ^ 0x5a;
        at += 1;
    }
    table
};

#[inline(never)]
fn branches(secret: &[u8]) -> u8 {
    if black_box(secret[0]) & 1 == 1 {
        black_box(1_u8).rotate_left(1)
    } else {
        black_box(2_u8).wrapping_mul(3)
    }
}

#[inline(never)]
fn looks_up(secret: &[u8]) -> u8 {
    TABLE[usize::from(black_box(secret[0]))]
}

#[inline(never)]
fn stops_early(secret: &[u8], right: &[u8]) -> u8 {
    for (one, other) in secret.iter().zip(right) {
        if black_box(*one) != *other {
            return 0;
        }
    }
    1
}

#[inline(never)]
fn compares_all(secret: &[u8], right: &[u8]) -> u8 {
    secret.ct_eq(right).unwrap_u8()
}

fn case(name: &str, run: fn(&[u8], &[u8]) -> u8) -> Case {
    // The lowest bit of the first byte is that of the number.
    let secret = |number| {
        let mut secret = bytes(number, LEN);
        secret[0] = secret[0] & 0xfe | u8::from(number % 2 == 1);
        secret
    };
    let input = move |number| Input { secret: secret(number), public: vec![secret(0)], ..Input::default() };
    let load =
        as_load(move |input| Box::new(move |out| out[0] = run(black_box(&input.secret), &input.public[0])));
    Case::new(name, input, load)
}

pub fn all() -> [Case; 4] {
    [
        case("control: branches on a secret", |secret, _| branches(secret)),
        case("control: indexes by a secret", |secret, _| looks_up(secret)),
        case("control: stops early", stops_early),
        case("control: compares in constant time", compares_all),
    ]
}
