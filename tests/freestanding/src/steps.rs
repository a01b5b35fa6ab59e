//! What is tried, step by step, as a firmware would do it: keys and buffers on the stack.

use crate::chip::{Chip, ChipStore};
use crate::generator::Generator;
use crate::suites::{self, Visitor};
use core::fmt::Write;
use khoalai::algorithm::Kind;
use khoalai::encode::{pem, pkcs8, spki};
use khoalai::limits::{MAX_CIPHERTEXT, MAX_PRIVATE_KEY, MAX_PUBLIC_KEY, MAX_SIGNATURE};
use khoalai::soft::{Component, EcdsaP256, MlDsa65, MlKem768, P256, SoftwareKey, X25519};
use khoalai::{
    Algorithm, DecapsulationKey, Error, Half, Hedge, Hybrid, Input, MLDSA65_ECDSA_P256_SHA512, MLKEM768_P256,
    MLKEM768_X25519, Memory, MessageStream, Place, PrivateKey, PublicKey, Result, Side, SigningKey, selftest,
};
use machine::{Out, Used, used};

const MESSAGE: &[u8] = b"firmware image, version 7";
const CONTEXT: &[u8] = b"update";

/// What a PEM text of `der` bytes may need.
const fn pem_room(der: usize) -> usize {
    der * 3 / 2 + 128
}

/// Every step; the first failure ends it.
pub(crate) fn run() -> Result<()> {
    suites::each(&mut Steps)?;

    step("half in a chip", MLKEM768_P256, chip_kem::<P256>)?;
    step("half in a chip", MLKEM768_X25519, chip_kem::<X25519>)?;
    step("half in a chip", MLDSA65_ECDSA_P256_SHA512, chip_signature)?;
    Ok(())
}

struct Steps;

impl Visitor for Steps {
    /// What stands on its own, after its self-test. A bare classical half does not.
    fn visit<K: SoftwareKey>(&mut self, algorithm: Algorithm) -> Result<()> {
        step("self-test", algorithm, selftest::run)?;
        match algorithm.kind() {
            _ if algorithm.is_classical() => Ok(()),
            Kind::Signature => signature::<K>(algorithm),
            _ => kem::<K>(algorithm),
        }
    }
}

/// Prints one line: what, of which algorithm, how it went, and how much stack it took.
fn step<T>(name: &str, algorithm: Algorithm, work: impl FnOnce(Algorithm) -> Result<T>) -> Result<T> {
    let (result, Used { stack, .. }) = used(|| work(algorithm));
    let outcome = if result.is_ok() { "ok" } else { "FAILED" };
    let _ = writeln!(Out, "{name:<16} {:<28} {outcome:<6} stack {stack:>7}", algorithm.name());
    result
}

/// Turns a wrong answer that is no error of its own into one.
fn ensure(right: bool) -> Result<()> {
    if right { Ok(()) } else { Err(Error::SelfTestFailed) }
}

fn kem<K: SoftwareKey>(algorithm: Algorithm) -> Result<()> {
    let random = &mut Generator::new(algorithm.name());
    let key = step("generate", algorithm, |algorithm| K::generate(algorithm, random))?;
    let key = DecapsulationKey::new(key)?;
    let mut public = [0; MAX_PUBLIC_KEY];
    let public = PublicKey::new(algorithm, key.public_key(&mut public)?)?;

    let mut ciphertext = [0; MAX_CIPHERTEXT];
    let sent = step("encapsulate", algorithm, |_| public.encapsulate(random, &mut ciphertext))?;
    let ciphertext = ciphertext.get(..algorithm.ciphertext_len()).unwrap_or_default();
    let got = step("decapsulate", algorithm, |_| key.decapsulate(ciphertext, random))?;
    ensure(got == sent)?;
    ensure(key.decapsulate(&[], random).err() == Some(Error::Malformed))?;

    step("SPKI and PEM", algorithm, |_| public_key_files(&public))?;
    let read: K = step("PKCS#8 and PEM", algorithm, |_| private_key_files(key.get()))?;
    let got = DecapsulationKey::new(read)?.decapsulate(ciphertext, random)?;
    ensure(got == sent)
}

fn signature<K: SoftwareKey>(algorithm: Algorithm) -> Result<()> {
    let random = &mut Generator::new(algorithm.name());
    let key = step("generate", algorithm, |algorithm| K::generate(algorithm, random))?;
    let key = SigningKey::new(key)?;
    let mut public = [0; MAX_PUBLIC_KEY];
    let public = PublicKey::new(algorithm, key.public_key(&mut public)?)?;

    let mut signed = [0; MAX_SIGNATURE];
    let signed = step("sign", algorithm, |_| key.sign(MESSAGE, CONTEXT, random, &mut signed))?;
    step("verify", algorithm, |_| public.verify(MESSAGE, CONTEXT, signed))?;
    ensure(public.verify(b"another", CONTEXT, signed) == Err(Error::VerificationFailed))?;
    ensure(public.verify(MESSAGE, b"another", signed) == Err(Error::VerificationFailed))?;

    // Composites sign a hash of the message; ML-DSA by itself needs an implementation that takes μ.
    if algorithm.halves().is_some() || algorithm.row().software.takes_mu() {
        step("sign a stream", algorithm, |_| {
            let mut stream = MessageStream::new(&public, CONTEXT)?;
            MESSAGE.chunks(7).for_each(|piece| stream.update(piece));
            let mut signed = [0; MAX_SIGNATURE];
            let signed = stream.sign(&key, random, &mut signed)?;
            public.verify(MESSAGE, CONTEXT, signed)
        })?;
    }

    step("SPKI and PEM", algorithm, |_| public_key_files(&public))?;
    let read: K = step("PKCS#8 and PEM", algorithm, |_| private_key_files(key.get()))?;
    // Without hedging the key that was read signs exactly as the one that was written.
    let (mut first, mut second) = ([0; MAX_SIGNATURE], [0; MAX_SIGNATURE]);
    let input = Input::Message(&[MESSAGE]);
    let first = key.sign_input(input, CONTEXT, Hedge::Deterministic, random, &mut first)?;
    let second = read.sign(input, CONTEXT, Hedge::Deterministic, random, &mut second)?;
    ensure(first == second)
}

/// Writes a public key and reads it back.
fn public_key_files(public: &PublicKey<&[u8]>) -> Result<()> {
    const ROOM: usize = MAX_PUBLIC_KEY + 32;
    let (mut der, mut text, mut back) = ([0; ROOM], [0; pem_room(ROOM)], [0; pem_room(ROOM)]);
    let der = spki::encode(public.algorithm(), public.as_bytes(), &mut der)?;
    let text = pem::encode(pem::Label::PublicKey, false, der, &mut text)?;
    let document = pem::decode(text.as_bytes(), &mut back)?;
    ensure(document.label == pem::Label::PublicKey && !document.test_only)?;
    let read = PublicKey::from_spki(document.der, Algorithm::ALL)?;
    ensure(read.algorithm() == public.algorithm() && read.as_bytes() == public.as_bytes())
}

/// Writes a private key and reads it back.
fn private_key_files<K: SoftwareKey>(key: &K) -> Result<K> {
    const ROOM: usize = MAX_PRIVATE_KEY + 64;
    let (mut raw, mut der) = ([0; MAX_PRIVATE_KEY], [0; ROOM]);
    let (mut text, mut back) = ([0; pem_room(ROOM)], [0; pem_room(ROOM)]);
    let der = pkcs8::encode(key.algorithm(), key.expose_private_key(&mut raw)?, &mut der)?;
    let text = pem::encode(pem::Label::PrivateKey, true, der, &mut text)?;
    let document = pem::decode(text.as_bytes(), &mut back)?;
    ensure(document.label == pem::Label::PrivateKey && document.test_only)?;
    let decoded = pkcs8::decode(document.der, Algorithm::ALL)?;
    ensure(decoded.algorithm() == key.algorithm())?;
    decoded.load()
}

/// ML-KEM in memory, the classical half in a chip.
fn chip_kem<C: Component>(algorithm: Algorithm) -> Result<()> {
    let random = &mut Generator::new(algorithm.name());
    let chip = Chip::new();
    let (mut memory, mut store) = (Memory::<MlKem768, 4>::new(), ChipStore::<C>::new(&chip));
    let pq = Half::generate(algorithm, Side::PostQuantum, &mut memory, "pq", random)?;
    let classical = Half::generate(algorithm, Side::Classical, &mut store, "classical", random)?;
    let key = DecapsulationKey::new(Hybrid::new(algorithm, pq, classical)?)?;
    let custody = key.custody();
    ensure(custody.pq == Some(Place::Memory) && custody.classical == Some(Place::Device))?;

    let mut public = [0; MAX_PUBLIC_KEY];
    let public = PublicKey::new(algorithm, key.public_key(&mut public)?)?;
    let mut ciphertext = [0; MAX_CIPHERTEXT];
    let sent = public.encapsulate(random, &mut ciphertext)?;
    let ciphertext = ciphertext.get(..algorithm.ciphertext_len()).unwrap_or_default();
    ensure(key.decapsulate(ciphertext, random)? == sent)?;

    // Without the chip there is no secret, and the reason is told.
    chip.pull_out();
    let mut secret = [0xff; 32];
    let asked = key.get().decapsulate(ciphertext, random, &mut secret);
    ensure(asked == Err(Error::Absent) && secret == [0; 32])
}

/// ML-DSA in memory, ECDSA in a chip.
fn chip_signature(algorithm: Algorithm) -> Result<()> {
    let random = &mut Generator::new("chip");
    let chip = Chip::new();
    let (mut memory, mut store) = (Memory::<MlDsa65, 4>::new(), ChipStore::<EcdsaP256>::new(&chip));
    let pq = Half::generate(algorithm, Side::PostQuantum, &mut memory, "pq", random)?;
    let classical = Half::generate(algorithm, Side::Classical, &mut store, "classical", random)?;
    let key = SigningKey::new(Hybrid::new(algorithm, pq, classical)?)?;

    let mut public = [0; MAX_PUBLIC_KEY];
    let public = PublicKey::new(algorithm, key.public_key(&mut public)?)?;
    let mut signed = [0; MAX_SIGNATURE];
    public.verify(MESSAGE, CONTEXT, key.sign(MESSAGE, CONTEXT, random, &mut signed)?)?;

    // Without the chip there is no signature, not even half of one.
    chip.pull_out();
    let mut signed = [0xff; MAX_SIGNATURE];
    ensure(key.sign(MESSAGE, CONTEXT, random, &mut signed) == Err(Error::Absent))?;
    ensure(signed.iter().take(algorithm.signature_len()).all(|byte| *byte == 0))
}
