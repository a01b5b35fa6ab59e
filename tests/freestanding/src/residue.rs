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
use khoalai::{Algorithm, Error, Hedge, Input, PrivateKey, Result};
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
        let keys = Keys::make::<K>(algorithm)?;
        self.bytes += compare(algorithm, "import", &keys, import::<K>)?;
        if algorithm.kind() == Kind::Signature {
            self.bytes += compare(algorithm, "sign", &keys, sign::<K>)?;
        } else {
            self.bytes += compare(algorithm, "encapsulate", &keys, encapsulate)?;
            self.bytes += compare(algorithm, "decapsulate", &keys, decapsulate::<K>)?;
        }
        Ok(())
    }
}

const INPUT: Input<'static> = Input::Message(&[b"what is signed is no secret"]);

/// Two private keys; the public key of the second, and a ciphertext for it.
struct Keys {
    private: [([u8; MAX_PRIVATE_KEY], usize); 2],
    public: [u8; MAX_PUBLIC_KEY],
    ciphertext: [u8; MAX_CIPHERTEXT],
}

impl Keys {
    #[inline(never)]
    fn make<K: SoftwareKey>(algorithm: Algorithm) -> Result<Self> {
        let mut this =
            Self { private: [([0; _], 0); 2], public: [0; MAX_PUBLIC_KEY], ciphertext: [0; MAX_CIPHERTEXT] };
        let random = &mut Generator::new(algorithm.name());
        let mut signature = None;
        for (private, len) in &mut this.private {
            // The lengths of ECDSA's signatures differ, and are there to be seen: two keys with the same.
            let key = loop {
                let key = K::generate(algorithm, random)?;
                let own = signature_len(&key)?;
                if *signature.get_or_insert(own) == own {
                    break key;
                }
            };
            *len = key.expose_private_key(private)?.len();
            key.public_key(&mut this.public)?;
        }
        if algorithm.kind() != Kind::Signature {
            let mut secret = [0; MAX_HALF_SECRET];
            let public = room(&mut this.public, algorithm.public_key_len())?;
            let ciphertext = room(&mut this.ciphertext, algorithm.ciphertext_len())?;
            algorithm.encapsulate(public, random, ciphertext, room(&mut secret, algorithm.secret_len())?)?;
        }
        Ok(this)
    }

    /// The private key of this run, always in the same place.
    #[inline(never)]
    fn private<'o>(&self, out: &'o mut [u8; MAX_PRIVATE_KEY]) -> Result<&'o [u8]> {
        let (private, len) = self.private.get(RUN.load(Relaxed)).ok_or(Error::Malformed)?;
        *out = *private;
        out.get(..*len).ok_or(Error::Malformed)
    }
}

/// How long the signature of a key is that is looked at.
fn signature_len(key: &impl PrivateKey) -> Result<usize> {
    if key.algorithm().kind() != Kind::Signature {
        return Ok(0);
    }
    let (random, mut signature) = (&mut Generator::new("unused"), [0; MAX_SIGNATURE]);
    Ok(key.sign(INPUT, b"", Hedge::Deterministic, random, &mut signature)?.len())
}

/// One run of something; `look` is shown what it left.
type Operation = fn(Algorithm, &Keys, &mut dyn FnMut(usize, usize)) -> Result<()>;

/// Which run this is. A variable would be handed down in a register, and end on the stack.
static RUN: AtomicUsize = AtomicUsize::new(0);

/// Runs it twice; prints and returns how many bytes differ.
fn compare(algorithm: Algorithm, name: &str, keys: &Keys, operation: Operation) -> Result<usize> {
    let (mut bytes, mut deepest) = (0, 0);
    RUN.store(0, Relaxed);
    while RUN.load(Relaxed) < 2 {
        operation(algorithm, keys, &mut |depth, word| {
            let Some(kept) = KEPT.get(depth / size_of::<usize>()) else { return };
            if RUN.load(Relaxed) == 1 && kept.load(Relaxed) != word {
                bytes += size_of::<usize>();
                deepest = deepest.max(depth);
            }
            kept.store(word, Relaxed);
        })?;
        // Nobody else counts; and some chips can only load and store.
        RUN.store(RUN.load(Relaxed) + 1, Relaxed);
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
    keys: &Keys,
    look: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let mut private = [0; MAX_PRIVATE_KEY];
    let private = keys.private(&mut private)?;
    left(|| K::import(algorithm, private), look).map(drop)
}

fn sign<K: SoftwareKey>(algorithm: Algorithm, keys: &Keys, look: &mut dyn FnMut(usize, usize)) -> Result<()> {
    let (random, mut signature) = (&mut Generator::new("unused"), [0; MAX_SIGNATURE]);
    let key = K::import(algorithm, keys.private(&mut [0; MAX_PRIVATE_KEY])?)?;
    left(|| key.sign(INPUT, b"", Hedge::Deterministic, random, &mut signature).map(drop), look)
}

#[inline(never)]
fn of_this_run() -> Generator {
    Generator::new(if RUN.load(Relaxed) == 0 { "one" } else { "another" })
}

/// To one public key, with other randomness.
fn encapsulate(algorithm: Algorithm, keys: &Keys, look: &mut dyn FnMut(usize, usize)) -> Result<()> {
    let public = keys.public.get(..algorithm.public_key_len()).ok_or(Error::Malformed)?;
    let (mut ciphertext, mut secret) = ([0; MAX_CIPHERTEXT], [0; MAX_HALF_SECRET]);
    let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
    let secret = room(&mut secret, algorithm.secret_len())?;
    let random = &mut of_this_run();
    left(|| algorithm.encapsulate(public, random, ciphertext, secret), look)
}

/// One ciphertext for both keys: each opens it, to something else.
fn decapsulate<K: SoftwareKey>(
    algorithm: Algorithm,
    keys: &Keys,
    look: &mut dyn FnMut(usize, usize),
) -> Result<()> {
    let ciphertext = keys.ciphertext.get(..algorithm.ciphertext_len()).ok_or(Error::Malformed)?;
    let (random, mut secret) = (&mut Generator::new("unused"), [0; MAX_HALF_SECRET]);
    let secret = room(&mut secret, algorithm.secret_len())?;
    let key = K::import(algorithm, keys.private(&mut [0; MAX_PRIVATE_KEY])?)?;
    left(|| key.decapsulate(ciphertext, random, secret), look)
}

fn room(out: &mut [u8], len: usize) -> Result<&mut [u8]> {
    out.get_mut(..len).ok_or(Error::BufferTooSmall)
}
