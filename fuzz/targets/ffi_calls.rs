//! Calls of the C interface, one after the other, with handles and lengths that fit or do not: each gives a
//! known code, leaves no handle behind a refusal, and writes nowhere but where it may.
#![no_main]

use core::ffi::{CStr, c_int, c_uint};
use core::ptr::{null, null_mut};
use khoalai::Algorithm;
use khoalai_c::algorithm::*;
use khoalai_c::error::khoalai_error_name;
use khoalai_c::half::*;
use khoalai_c::kem::*;
use khoalai_c::key::*;
use khoalai_c::policy::*;
use khoalai_c::public::*;
use khoalai_c::signature::*;
use khoalai_c::store::*;
use khoalai_c::stream::*;
use khoalai_fuzz::Pieces;

khoalai_fuzz::target!();

/// Room for every output, and more behind it that nobody may touch.
const ROOM: usize = 8192;
const BEHIND: usize = 64;
/// Keys of these are made in no time.
const QUICK: [c_uint; 9] = [
    X_WING,
    MLKEM768_X25519,
    MLKEM768_P256,
    ML_KEM_768,
    ML_DSA_65,
    MLDSA65_ED25519_SHA512,
    MLDSA65_ECDSA_P256_SHA512,
    ED25519,
    P256_SHARE,
];

const TOO_SMALL: c_int = 101;
const INTERNAL: c_int = 803;

/// Handles of every type, three of each, and what they were last given.
struct Hand {
    keys: [*mut khoalai_key; 3],
    publics: [*mut khoalai_public_key; 3],
    halves: [*mut khoalai_half; 3],
    stores: [*mut khoalai_store; 3],
    streams: [*mut khoalai_stream; 3],
    out: Vec<u8>,
    len: usize,
    good: usize,
}

impl Hand {
    fn new() -> Self {
        Self {
            keys: [null_mut(); 3],
            publics: [null_mut(); 3],
            halves: [null_mut(); 3],
            stores: [null_mut(); 3],
            streams: [null_mut(); 3],
            out: vec![0; ROOM + BEHIND],
            len: 0,
            good: 0,
        }
    }

    fn ended(&mut self, code: c_int) -> bool {
        // SAFETY: such texts are static.
        let name = unsafe { CStr::from_ptr(khoalai_error_name(code)) }.to_str().expect("names are ASCII");
        assert!(name != "UNKNOWN" && code != INTERNAL, "{code}");
        assert!(self.out[ROOM..].iter().all(|byte| *byte == 0), "written behind the buffer: {name}");
        self.good += usize::from(code == 0);
        code == 0
    }

    /// The same for a call with an output.
    fn wrote(&mut self, code: c_int) {
        let good = self.ended(code);
        if !good && code != TOO_SMALL {
            assert_eq!(self.len, 0, "a length after {code}");
        }
    }
}

/// Any handle as one of another type, at times.
fn other<T, U>(pieces: &mut Pieces<'_>, right: *mut T, wrong: *mut U) -> *mut T {
    if pieces.byte() == Some(7) { wrong.cast() } else { right }
}

fn length(pieces: &mut Pieces<'_>) -> usize {
    match pieces.byte().unwrap_or_default() {
        0 => 0,
        byte @ 1..=100 => usize::from(byte),
        101 => usize::MAX,
        102 => usize::MAX / 2 + 1,
        byte @ 103..=120 => usize::from(byte) * 60,
        _ => ROOM,
    }
}

/// Makes one call; `None` where the input is at its end.
fn call(hand: &mut Hand, pieces: &mut Pieces<'_>) -> Option<()> {
    let (operation, slots) = (pieces.byte()?, pieces.byte()?);
    let [a, b, c] = [slots % 3, slots / 3 % 3, slots / 9 % 3].map(usize::from);
    let pick = pieces.byte()?;
    let algorithm = QUICK.get(usize::from(pick)).copied().unwrap_or_else(|| c_uint::from(pick) << 24);
    let key = other(pieces, hand.keys[a], hand.publics[b]);
    let public = other(pieces, hand.publics[b], hand.stores[c]);
    let stream = other(pieces, hand.streams[c], hand.keys[a]);
    let store = other(pieces, hand.stores[c], hand.halves[a]);
    let side = c_int::from(slots / 27 % 4);
    let given = pieces.short().unwrap_or_default();
    let (bytes, given_len) = (given.as_ptr(), given.len());
    let name = c"name".as_ptr();
    // SAFETY: handles are NULL, live, or of another type; buffers have the lengths that are said, or the
    // length is one that no buffer has.
    unsafe {
        match operation % 22 {
            0 => {
                khoalai_key_free(&raw mut hand.keys[a]);
                let code = khoalai_key_generate(algorithm, null(), &raw mut hand.keys[a]);
                assert_eq!(hand.ended(code), !hand.keys[a].is_null());
            }
            1 => {
                khoalai_key_free(&raw mut hand.keys[a]);
                let code = khoalai_key_import(algorithm, null(), bytes, given_len, &raw mut hand.keys[a]);
                assert_eq!(hand.ended(code), !hand.keys[a].is_null());
            }
            2 => {
                khoalai_public_key_free(&raw mut hand.publics[b]);
                let code = khoalai_key_public(key, &raw mut hand.publics[b]);
                assert_eq!(hand.ended(code), !hand.publics[b].is_null());
            }
            3 => {
                hand.len = length(pieces);
                let out = if pick == 200 { null_mut() } else { hand.out.as_mut_ptr() };
                let code = khoalai_key_write(key, c_uint::from(pick % 5), null(), 0, out, &raw mut hand.len);
                hand.wrote(code);
            }
            4 => {
                khoalai_key_free(&raw mut hand.keys[c]);
                let from = hand.out.clone();
                let len = hand.len.min(ROOM);
                let code = khoalai_key_read(
                    null(),
                    from.as_ptr(),
                    len,
                    bytes,
                    given_len.min(1),
                    &raw mut hand.keys[c],
                );
                assert_eq!(hand.ended(code), !hand.keys[c].is_null());
            }
            5 => {
                khoalai_public_key_free(&raw mut hand.publics[c]);
                let len = hand.len.min(ROOM);
                let code = khoalai_public_key_read(null(), hand.out.as_ptr(), len, &raw mut hand.publics[c]);
                assert_eq!(hand.ended(code), !hand.publics[c].is_null());
            }
            6 => {
                hand.len = length(pieces);
                let code = khoalai_public_key_write(
                    public,
                    c_uint::from(pick % 5),
                    hand.out.as_mut_ptr(),
                    &raw mut hand.len,
                );
                hand.wrote(code);
            }
            7 | 8 => {
                hand.len = length(pieces);
                let (mut secret, mut secret_len) = ([0; 40], length(pieces));
                let secret_len_said = secret_len;
                if (41..usize::MAX / 2).contains(&secret_len) {
                    secret_len = 40;
                }
                let code = khoalai_encapsulate(
                    public,
                    hand.out.as_mut_ptr(),
                    &raw mut hand.len,
                    secret.as_mut_ptr(),
                    &raw mut secret_len,
                );
                assert_eq!(secret[32..], [0; 8], "{secret_len_said}");
                if hand.ended(code) {
                    let mut got = [0; 32];
                    let mut got_len = 32;
                    let opened = khoalai_decapsulate(
                        key,
                        hand.out.as_ptr(),
                        hand.len,
                        got.as_mut_ptr(),
                        &raw mut got_len,
                    );
                    assert_eq!(hand.ended(opened), got != [0; 32]);
                }
            }
            9 => {
                let (mut secret, mut len) = ([0; 32], 32);
                let code = khoalai_decapsulate(key, bytes, given_len, secret.as_mut_ptr(), &raw mut len);
                assert_eq!(hand.ended(code), len == 32);
            }
            10 | 11 => {
                hand.len = length(pieces);
                let code = khoalai_sign_input(
                    key,
                    c_uint::from(pick % 32),
                    bytes,
                    given_len,
                    bytes,
                    given_len / 2,
                    c_int::from(pick % 4),
                    hand.out.as_mut_ptr(),
                    &raw mut hand.len,
                );
                hand.wrote(code);
            }
            12 => {
                let len = hand.len.min(ROOM);
                let kind = c_uint::from(pick % 32);
                let code = khoalai_verify_input(
                    public,
                    kind,
                    bytes,
                    given_len,
                    bytes,
                    given_len / 2,
                    hand.out.as_ptr(),
                    len,
                );
                hand.ended(code);
            }
            13 => {
                khoalai_stream_free(&raw mut hand.streams[c]);
                let code = khoalai_stream_new(public, bytes, given_len, &raw mut hand.streams[c]);
                assert_eq!(hand.ended(code), !hand.streams[c].is_null());
            }
            14 => {
                let code = khoalai_stream_update(stream, bytes, given_len);
                hand.ended(code);
            }
            15 => {
                hand.len = length(pieces);
                let code = khoalai_stream_sign(stream, key, hand.out.as_mut_ptr(), &raw mut hand.len);
                hand.wrote(code);
            }
            16 => {
                let code = khoalai_stream_verify(stream, public, hand.out.as_ptr(), hand.len.min(ROOM));
                hand.ended(code);
            }
            17 => {
                khoalai_store_free(&raw mut hand.stores[c]);
                let code = khoalai_store_new(&raw mut hand.stores[c]);
                assert!(hand.ended(code));
            }
            18 => {
                khoalai_half_free(&raw mut hand.halves[a]);
                let code = khoalai_half_generate(store, algorithm, side, name, &raw mut hand.halves[a]);
                assert_eq!(hand.ended(code), !hand.halves[a].is_null());
            }
            19 => {
                khoalai_half_free(&raw mut hand.halves[b]);
                let code = khoalai_half_import(
                    store,
                    algorithm,
                    side,
                    name,
                    bytes,
                    given_len,
                    &raw mut hand.halves[b],
                );
                assert_eq!(hand.ended(code), !hand.halves[b].is_null());
            }
            20 => {
                khoalai_key_free(&raw mut hand.keys[c]);
                let [mut pq, mut classical] =
                    [hand.halves[a], if a == b { null_mut() } else { hand.halves[b] }];
                (hand.halves[a], hand.halves[b]) = (null_mut(), null_mut());
                let code = khoalai_hybrid_new(
                    algorithm,
                    null(),
                    &raw mut pq,
                    &raw mut classical,
                    &raw mut hand.keys[c],
                );
                assert!(pq.is_null() && classical.is_null());
                assert_eq!(hand.ended(code), !hand.keys[c].is_null());
            }
            _ => {
                let mut custody =
                    khoalai_custody { struct_size: length(pieces), pq: 0, classical: 0, combined: 0 };
                // The size says nothing but the truth, or too little.
                custody.struct_size = custody.struct_size.min(size_of::<khoalai_custody>());
                let code = khoalai_key_custody(key, &raw mut custody);
                hand.ended(code);
            }
        }
    }
    Some(())
}

fn run(data: &[u8]) -> Option<&'static str> {
    let (mut hand, mut pieces) = (Hand::new(), Pieces(data));
    while call(&mut hand, &mut pieces).is_some() {}
    // SAFETY: each is NULL or live, and nobody else has it.
    unsafe {
        hand.keys.iter_mut().for_each(|handle| khoalai_key_free(handle));
        hand.publics.iter_mut().for_each(|handle| khoalai_public_key_free(handle));
        hand.halves.iter_mut().for_each(|handle| khoalai_half_free(handle));
        hand.stores.iter_mut().for_each(|handle| khoalai_store_free(handle));
        hand.streams.iter_mut().for_each(|handle| khoalai_stream_free(handle));
    }
    match hand.good {
        0 => None,
        1..=3 => Some("some calls"),
        _ => Some("a whole story"),
    }
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    // What each call takes: operation, slots, number, four bytes for handles of other types, a short piece,
    // and lengths.
    let step = |operation: u8, slots: u8, pick: u8, given: &[u8], lengths: &[u8]| {
        [&[operation, slots, pick, 0, 0, 0, 0], &khoalai_fuzz::short(given)[..], lengths].concat()
    };
    let exchange = [step(0, 0, 0, &[], &[]), step(2, 0, 0, &[], &[]), step(7, 0, 0, &[], &[200, 200])];
    let signature = [
        step(0, 0, 5, &[], &[]),
        step(2, 0, 0, &[], &[]),
        step(10, 0, 0, b"message", &[200]),
        step(12, 0, 0, b"message", &[]),
        step(13, 0, 0, b"context", &[]),
        step(14, 0, 0, b"piece", &[]),
        step(15, 0, 0, &[], &[200]),
        step(16, 0, 0, &[], &[]),
    ];
    let files = [
        step(0, 0, 0, &[], &[]),
        step(3, 0, 3, &[], &[200]),
        step(4, 0, 0, &[], &[]),
        step(2, 0, 0, &[], &[]),
        step(6, 0, 2, &[], &[200]),
        step(5, 0, 0, &[], &[]),
    ];
    let halves = [
        step(17, 0, 0, &[], &[]),
        step(18, 27, 1, &[], &[]),
        step(18, 2 * 27 + 1, 1, &[], &[]),
        step(20, 3, 1, &[], &[]),
        step(21, 0, 0, &[], &[200]),
    ];
    [
        ("exchange", exchange.concat()),
        ("signature", signature.concat()),
        ("files", files.concat()),
        ("halves", halves.concat()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .into()
}

fn rows(_: Algorithm) -> bool {
    false
}
