//! Signatures, as every peer has to offer them.

use crate::result::{Op, Subject};
use harness::Work;
use std::hint::black_box;

/// Room for the longest public key or signature of all rows.
pub const ROOM: usize = 8192;

/// A key pair of one algorithm by one peer. Keys and signatures are the standard's bytes.
pub trait Sign: Sized {
    const PEER: &'static str;
    /// Whether `load` works out something that verifying needs.
    const PREPARES: bool = true;
    /// Whether signing takes another time each time.
    const BY_CHANCE: bool = true;
    /// A public key that was read.
    type Verifier;

    /// A fresh key.
    fn generate() -> Self;
    /// Writes the public key and gives its length.
    fn public(&self, out: &mut [u8]) -> usize;
    /// Writes the signature and gives its length.
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize;
    fn load(public: &[u8]) -> Self::Verifier;
    fn verify(verifier: &Self::Verifier, message: &[u8], signature: &[u8]) -> bool;
    /// From the bytes of a public key, where there is a shorter way than loading it first.
    fn verify_with(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
        Self::verify(&Self::load(public), message, signature)
    }
}

const MESSAGE: &[u8; 59] = b"TEST ONLY: the message that everybody signs in this program";

fn public_of<S: Sign>(key: &S) -> Vec<u8> {
    let mut out = [0; ROOM];
    let len = key.public(&mut out);
    out[..len].to_vec()
}

fn signed<S: Sign>(key: &S) -> Vec<u8> {
    let mut out = [0; ROOM];
    let len = key.sign(MESSAGE, &mut out);
    out[..len].to_vec()
}

/// What one signs the other verifies, and nothing else.
fn agree<S: Sign, V: Sign>() {
    let key = S::generate();
    let (public, signature) = (public_of(&key), signed(&key));
    let loaded = V::load(&public);
    let mut other = signature.clone();
    other[40] ^= 1;
    let verdicts = [
        V::verify_with(&public, MESSAGE, &signature),
        V::verify(&loaded, MESSAGE, &signature),
        !V::verify_with(&public, MESSAGE, &other),
        !V::verify(&loaded, b"another", &signature),
    ];
    assert!(verdicts == [true; 4], "{} and {} differ: {verdicts:?}", S::PEER, V::PEER);
}

/// The operations of `S` in `row`, after it was seen to do what `Ours` does.
pub fn subjects<'a, Ours: Sign, S: Sign + 'a>(row: &'static str) -> Vec<Subject<'a>>
where
    S::Verifier: 'a,
{
    agree::<Ours, S>();
    agree::<S, Ours>();
    alone::<S>(row)
}

/// The same for one whose algorithm is not quite the row's.
pub fn alone<'a, S: Sign + 'a>(row: &'static str) -> Vec<Subject<'a>>
where
    S::Verifier: 'a,
{
    agree::<S, S>();
    let key = S::generate();
    let (public, signature) = (public_of(&key), signed(&key));
    let (verifier, same) = (S::load(&public), signature.clone());
    let made = Work::new(|| {
        let mut out = [0; ROOM];
        black_box(S::generate().public(&mut out));
        black_box(&out);
    });
    // Another message each time: what repeats by chance depends on it.
    let mut message = *MESSAGE;
    let sign = move || {
        let count = u32::from_le_bytes([message[0], message[1], message[2], message[3]]).wrapping_add(1);
        message[..4].copy_from_slice(&count.to_le_bytes());
        let mut out = [0; ROOM];
        black_box(key.sign(black_box(&message), &mut out));
        black_box(&out);
    };
    let sign = if S::BY_CHANCE { Work::by_chance(sign) } else { Work::new(sign) };
    let direct =
        Work::new(move || assert!(S::verify_with(black_box(&public), MESSAGE, black_box(&signature))));
    let loaded = Work::new(move || assert!(S::verify(black_box(&verifier), MESSAGE, black_box(&same))));
    let mut all = vec![(Op::Generate, made), (Op::Sign, sign), (Op::Verify, direct)];
    if S::PREPARES {
        all.push((Op::VerifyPrepared, loaded));
    }
    all.into_iter().map(|(op, work)| Subject { row, op, peer: S::PEER, work }).collect()
}
