//! What secrets leave on the stack: every operation, run once more with other secrets and the same
//! public data, has to leave the same bytes below its caller.
//!
//! `tests/wiping` looks deeper and into the heap, but on one kind of machine. How far the stack is
//! overwritten differs from that to chips, and here is where that is held.

use crate::generator::Generator;
use crate::suites::{self, Visitor};
use core::fmt::Write;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use khoalai::algorithm::Kind;
use khoalai::limits::{MAX_CIPHERTEXT, MAX_HALF_SECRET, MAX_PRIVATE_KEY, MAX_PUBLIC_KEY, MAX_SIGNATURE};
use khoalai::soft::SoftwareKey;
use khoalai::{Algorithm, Error, Hedge, Input, Result};
use machine::{LEFT, Out, left};

/// What the first run left, by depth in words.
static KEPT: [AtomicUsize; WORDS] = [const { AtomicUsize::new(0) }; WORDS];
const WORDS: usize = LEFT / size_of::<usize>() + 1;

pub(crate) fn run() -> Result<()> {
    let mut residues = Residues { bytes: 0 };
    suites::each(&mut residues)?;
    if residues.bytes == 0 { Ok(()) } else { Err(Error::SelfTestFailed) }
}

/// How much was left in all.
struct Residues {
    bytes: usize,
}

impl Visitor for Residues {
    fn visit<K: SoftwareKey>(&mut self, algorithm: Algorithm) -> Result<()> {
        // The same code for every set, too slow for more.
        if algorithm.name().starts_with("SLH-DSA-") && algorithm.name() != "SLH-DSA-SHA2-128f" {
            return Ok(());
        }
        self.bytes += compare(algorithm, "import", import::<K>)?;
        if algorithm.kind() == Kind::Signature {
            self.bytes += compare(algorithm, "sign", sign::<K>)?;
        } else {
            self.bytes += compare(algorithm, "encapsulate", encapsulate::<K>)?;
            self.bytes += compare(algorithm, "decapsulate", decapsulate::<K>)?;
        }
        Ok(())
    }
}

/// One run of something, from fresh keys; `look` is shown what it left.
type Operation = fn(Algorithm, &mut Generator, &mut dyn FnMut(usize, usize)) -> Result<()>;

/// Runs it twice; prints and returns how many bytes differ.
fn compare(algorithm: Algorithm, name: &str, operation: Operation) -> Result<usize> {
    let (mut bytes, mut deepest) = (0, 0);
    for run in 0..3 {
        let random = &mut Generator::new(algorithm.name());
        // The first run is for what happens once. Then the keys are others.
        for _ in 0..run {
            random.skip();
        }
        operation(algorithm, random, &mut |depth, word| {
            let Some(kept) = KEPT.get(depth / size_of::<usize>()) else { return };
            if run == 2 && kept.load(Relaxed) != word {
                bytes += size_of::<usize>();
                deepest = deepest.max(depth);
            }
            kept.store(word, Relaxed);
        })?;
    }
    let _ = writeln!(
        Out,
        "residue          {:<28} {name:<12} {bytes:>6} bytes differ, down to {deepest:>6}",
        algorithm.name()
    );
    Ok(bytes)
}

fn import<K: SoftwareKey>(
    algorithm: Algorithm,
    random: &mut Generator,
    look: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let mut private = [0; MAX_PRIVATE_KEY];
    let private = &*K::generate(algorithm, random)?.expose_private_key(&mut private)?;
    left(|| K::import(algorithm, private), look).map(drop)
}

fn sign<K: SoftwareKey>(
    algorithm: Algorithm,
    random: &mut Generator,
    look: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let input = Input::Message(&[b"what is signed is no secret"]);
    let (mut key, mut signature) = (K::generate(algorithm, random)?, [0; MAX_SIGNATURE]);
    // ECDSA's signatures may be shorter, and the length is there to be seen.
    while key.sign(input, b"", Hedge::Deterministic, random, &mut signature)?.len()
        < algorithm.signature_len()
    {
        key = K::generate(algorithm, random)?;
    }
    left(|| key.sign(input, b"", Hedge::Deterministic, random, &mut signature).map(drop), look)
}

fn encapsulate<K: SoftwareKey>(
    algorithm: Algorithm,
    random: &mut Generator,
    look: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let mut public = [0; MAX_PUBLIC_KEY];
    let public = K::generate(algorithm, &mut Generator::new("recipient"))?.public_key(&mut public)?;
    let (mut ciphertext, mut secret) = ([0; MAX_CIPHERTEXT], [0; MAX_HALF_SECRET]);
    let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
    let secret = room(&mut secret, algorithm.secret_len())?;
    left(|| algorithm.encapsulate(public, random, ciphertext, secret), look)
}

/// One ciphertext for every key. None of them made it, but all of them open it, each to something else.
fn decapsulate<K: SoftwareKey>(
    algorithm: Algorithm,
    random: &mut Generator,
    look: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let (mut ciphertext, mut secret) = ([0; MAX_CIPHERTEXT], [0; MAX_HALF_SECRET]);
    let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
    let secret = room(&mut secret, algorithm.secret_len())?;
    encapsulate_to_any::<K>(algorithm, ciphertext, secret)?;
    let key = K::generate(algorithm, random)?;
    left(|| key.decapsulate(ciphertext, random, secret), look)
}

#[inline(never)]
fn encapsulate_to_any<K: SoftwareKey>(
    algorithm: Algorithm,
    ciphertext: &mut [u8],
    secret: &mut [u8],
) -> Result<()> {
    let (mut public, random) = ([0; MAX_PUBLIC_KEY], &mut Generator::new("recipient"));
    let public = K::generate(algorithm, random)?.public_key(&mut public)?;
    algorithm.encapsulate(public, random, ciphertext, secret)
}

fn room(out: &mut [u8], len: usize) -> Result<&mut [u8]> {
    out.get_mut(..len).ok_or(Error::BufferTooSmall)
}
