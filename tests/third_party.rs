//! What a third party brings fits in without a change here: its algorithms, and its chip as half
//! of ours.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_in_result,
    clippy::panic_in_result_fn,
    clippy::std_instead_of_alloc,
    clippy::needless_pass_by_value,
    reason = "a test may stop anywhere"
)]

mod support;

use core::cell::RefCell;
use khoalai::algorithm::{Row, Software};
use khoalai::encode::{pem, pkcs8, spki};
use khoalai::soft::{EcdsaP256, Ed25519, Key, MlDsa65, MlKem768, P256, SoftwareKey, X25519};
use khoalai::{
    Algorithm, Custody, DecapsulationKey, ED25519, Error, Half, Hedge, Hybrid, Input,
    MLDSA65_ECDSA_P256_SHA512, MLKEM768_P256, MLKEM768_X25519, Memory, MessageStream, Place, PrivateKey,
    PublicKey, Random, Side, SigningKey, Store, X_WING, X25519_SHARE,
};
use support::chip::{Call, Chip, ChipKey};
use support::toy::{ToyKey, ToyStore, VN_COMPOSITE, VN_DH, VN_KEM, VN_SIG};
use support::{decapsulate, encapsulate, public, rng, sign, verify};

fn vn_kem() -> Hybrid<Key<MlKem768>, ToyKey> {
    let (mut memory, mut store) = (Memory::<MlKem768>::new(), ToyStore::default());
    let pq = Half::generate(VN_KEM, Side::PostQuantum, &mut memory, "", &mut rng(1)).unwrap();
    let classical = Half::generate(VN_KEM, Side::Classical, &mut store, "", &mut rng(2)).unwrap();
    Hybrid::new(VN_KEM, pq, classical).unwrap()
}

fn vn_composite() -> Hybrid<Key<MlDsa65>, ToyKey> {
    let (mut memory, mut store) = (Memory::<MlDsa65>::new(), ToyStore::default());
    let pq = Half::generate(VN_COMPOSITE, Side::PostQuantum, &mut memory, "", &mut rng(3)).unwrap();
    let classical = Half::generate(VN_COMPOSITE, Side::Classical, &mut store, "", &mut rng(4)).unwrap();
    Hybrid::new(VN_COMPOSITE, pq, classical).unwrap()
}

#[test]
fn a_kem_with_a_foreign_half() {
    let key = vn_kem();
    let bytes = public(&key);
    let (ciphertext, sent) = encapsulate(VN_KEM, &bytes, 5).unwrap();
    assert!(decapsulate(&key, &ciphertext).unwrap() == sent);
    assert!(encapsulate(VN_KEM, &bytes, 6).unwrap().1 != sent);

    // Its checks are asked: 0 and 1 are no public keys, and a share of them is malformed.
    let (at, ct_at, _) = support::pq_lens(VN_KEM);
    for bad in [0u64, 1, u64::MAX] {
        let mut broken = bytes.clone();
        broken[at..].copy_from_slice(&bad.to_be_bytes());
        assert_eq!(PublicKey::new(VN_KEM, &broken[..]).err(), Some(Error::BadPublicKey));
        let mut broken = ciphertext.clone();
        broken[ct_at..].copy_from_slice(&bad.to_be_bytes());
        assert_eq!(decapsulate(&key, &broken), Err(Error::Malformed));
    }
    // Alone its half is as classical as ours.
    assert_eq!(PublicKey::new(VN_DH, &bytes[at..]).err(), Some(Error::ClassicalOnly));
    let alone = ToyStore::default().generate(VN_DH, "", &mut rng(7)).unwrap();
    assert_eq!(DecapsulationKey::new(alone).err(), Some(Error::ClassicalOnly));
}

#[test]
fn a_composite_with_a_foreign_half() {
    let key = SigningKey::new(vn_composite()).unwrap();
    let bytes = public(key.get());
    let public = PublicKey::new(VN_COMPOSITE, &bytes[..]).unwrap();
    let mut out = vec![0; VN_COMPOSITE.signature_len()];
    let signature = key.sign(b"message", b"context", &mut rng(5), &mut out).unwrap();
    public.verify(b"message", b"context", signature).unwrap();
    assert_eq!(public.verify(b"massage", b"context", signature), Err(Error::VerificationFailed));
    assert_eq!(public.verify(b"message", b"", signature), Err(Error::VerificationFailed));

    // Streams know it too.
    let mut stream = MessageStream::new(&public, b"context").unwrap();
    stream.update(b"mess");
    stream.update(b"age");
    stream.clone().verify(&public, signature).unwrap();
    let mut out = vec![0; VN_COMPOSITE.signature_len()];
    let streamed = stream.sign(&key, &mut rng(6), &mut out).unwrap();
    public.verify(b"message", b"context", streamed).unwrap();

    let alone = ToyStore::default().generate(VN_SIG, "", &mut rng(7)).unwrap();
    assert_eq!(SigningKey::new(alone).err(), Some(Error::ClassicalOnly));
}

#[test]
fn files_of_a_foreign_algorithm() {
    let ours_and_theirs = [Algorithm::ALL, &[VN_DH, VN_SIG, VN_KEM, VN_COMPOSITE]].concat();
    for (algorithm, key) in [(VN_KEM, public(&vn_kem())), (VN_COMPOSITE, public(&vn_composite()))] {
        let mut buffer = vec![0; key.len() + 40];
        let der = spki::encode(algorithm, &key, &mut buffer).unwrap();
        assert_eq!(spki::decode(der, &[algorithm]), Ok((algorithm, &key[..])));
        assert_eq!(spki::decode(der, &ours_and_theirs), Ok((algorithm, &key[..])));
        assert_eq!(spki::decode(der, Algorithm::ALL), Err(Error::UnknownAlgorithm));
        let read = PublicKey::from_spki(der, &ours_and_theirs).unwrap();
        assert_eq!((read.algorithm(), read.as_bytes()), (algorithm, &key[..]));

        let mut text = vec![0; 2 * der.len() + 100];
        let text = pem::encode(pem::Label::PublicKey, true, der, &mut text).unwrap().as_bytes();
        let mut buffer = vec![0; text.len()];
        assert_eq!(pem::decode(text, &mut buffer).unwrap().der, der);
    }
    let private = 0x0123_4567_89ab_cdef_u64.to_be_bytes();
    let mut buffer = [0; 72];
    let der = pkcs8::encode(VN_DH, &private, &mut buffer).unwrap();
    let decoded = pkcs8::decode(der, &ours_and_theirs).unwrap();
    assert_eq!((decoded.algorithm(), decoded.expose_private_key()), (VN_DH, Ok(&private[..])));
    assert_eq!(pkcs8::decode(der, &[VN_SIG]).err(), Some(Error::UnknownAlgorithm));
}

#[test]
fn what_only_our_own_rows_have_says_so() {
    assert_eq!(khoalai::generate(VN_KEM, &mut rng(0)).err(), Some(Error::UnknownAlgorithm));
    assert_eq!(khoalai::import(VN_DH, &[1; 8]).err(), Some(Error::UnknownAlgorithm));
    assert_eq!(khoalai::selftest::run(VN_KEM), Err(Error::UnknownAlgorithm));
    assert_eq!(Key::<X25519>::generate(VN_DH, &mut rng(0)).err(), Some(Error::WrongAlgorithm));
    assert!(Algorithm::ALL.iter().all(|row| ![VN_DH, VN_SIG, VN_KEM, VN_COMPOSITE].contains(row)));
}

/// Ed25519 that takes any signature, or any right one.
struct Verifier {
    believes: bool,
}

impl Software for Verifier {
    fn implementation(&self) -> &'static str {
        "a test"
    }

    fn check_public_key(&self, _: Algorithm, public_key: &[u8]) -> khoalai::Result<()> {
        ED25519.check_public_key(public_key)
    }

    fn verify(
        &self,
        _: Algorithm,
        public_key: &[u8],
        input: Input<'_>,
        context: &[u8],
        signature: &[u8],
    ) -> khoalai::Result<()> {
        if self.believes { Ok(()) } else { ED25519.verify(public_key, input, context, signature) }
    }
}

const ED25519_ROW: Row =
    Row { name: "Ed25519", public_key: 32, private_key: 32, signature: 64, ..Row::BLANK };
static CAREFUL: Row = Row { software: &Verifier { believes: false }, ..ED25519_ROW };
static CREDULOUS: Row = Row { software: &Verifier { believes: true }, ..ED25519_ROW };

/// Nothing but the check of a new key sees what a foreign row lets pass.
#[test]
fn a_foreign_row_that_believes_everything_makes_no_keys() {
    let made = |row| Key::<Ed25519>::generate(Algorithm::new(row), &mut rng(1)).map(|key| public(&key));
    assert_eq!(made(&CAREFUL), Ok(public(&Key::<Ed25519>::generate(ED25519, &mut rng(1)).unwrap())));
    assert_eq!(made(&CREDULOUS), Err(Error::SelfTestFailed));
}

/// A half of `hybrid` in memory and one in a chip.
fn split<C: khoalai::soft::Component>(hybrid: Algorithm, chip: &mut Chip) -> (Half<Key<C>>, Half<ChipKey>) {
    let mut memory = Memory::<C>::new();
    let pq = Half::generate(hybrid, Side::PostQuantum, &mut memory, "pq", &mut rng(1)).unwrap();
    let classical = Half::generate(hybrid, Side::Classical, chip, "ec", &mut rng(2)).unwrap();
    (pq, classical)
}

const SPLIT: Custody = Custody::hybrid(Place::Memory, Place::Device, Place::Memory);

#[test]
fn a_chip_holds_the_classical_half_of_a_kem() {
    for hybrid in [MLKEM768_P256, MLKEM768_X25519] {
        let mut chip = Chip::new(4);
        let (pq, classical) = split::<MlKem768>(hybrid, &mut chip);
        let key: Hybrid<Key<MlKem768>, ChipKey> = Hybrid::new(hybrid, pq, classical).unwrap();
        let key = DecapsulationKey::new(key).unwrap();
        assert_eq!(key.custody(), SPLIT);
        let bytes = public(key.get());
        let (ciphertext, sent) = encapsulate(hybrid, &bytes, 3).unwrap();
        chip.calls();
        assert!(*key.decapsulate(&ciphertext, &mut rng(4)).unwrap().expose() == sent);
        assert!(chip.calls().contains(&Call::Decapsulate(0)), "the chip was not asked");

        // The same key again, as one type for halves of every kind.
        let mut chip = Chip::new(4);
        let (pq, classical) = split::<MlKem768>(hybrid, &mut chip);
        let halves: [Half<Box<dyn PrivateKey + Send + Sync>>; 2] = [pq.boxed(), classical.boxed()];
        let [pq, classical] = halves;
        let key: Box<dyn PrivateKey + Send + Sync> = Box::new(Hybrid::new(hybrid, pq, classical).unwrap());
        let key = DecapsulationKey::new(key).unwrap();
        assert_eq!((key.algorithm(), key.custody()), (hybrid, SPLIT));
        assert_eq!(public(key.get()), bytes);
        assert!(*key.decapsulate(&ciphertext, &mut rng(4)).unwrap().expose() == sent);
    }
}

#[test]
fn a_chip_holds_the_classical_half_of_a_composite() {
    const HYBRID: Algorithm = MLDSA65_ECDSA_P256_SHA512;
    let mut chip = Chip::new(4);
    let (pq, classical) = split::<MlDsa65>(HYBRID, &mut chip);
    let key: Hybrid<Key<MlDsa65>, ChipKey> = Hybrid::new(HYBRID, pq, classical).unwrap();
    assert_eq!(key.custody(), SPLIT);
    let bytes = public(&key);
    chip.calls();
    let signature = sign(&key, b"message", b"context");
    assert_eq!(chip.calls(), [Call::Sign(0)]);
    verify(HYBRID, &bytes, b"message", b"context", &signature).unwrap();

    let mut chip = Chip::new(4);
    let (pq, classical) = split::<MlDsa65>(HYBRID, &mut chip);
    let key: Box<dyn PrivateKey + Send + Sync> =
        Box::new(Hybrid::new(HYBRID, pq.boxed(), classical.boxed()).unwrap());
    let key = SigningKey::new(key).unwrap();
    assert_eq!(sign(key.get(), b"message", b"context"), signature, "the same key signs the same");

    // Whoever holds the parts of the key whole makes the same signature.
    let memory = Memory::<EcdsaP256>::new().generate(khoalai::ECDSA_P256_SHA256, "", &mut rng(2)).unwrap();
    let at = support::pq_lens(HYBRID).0;
    assert_eq!(public(&memory), bytes[at..]);
}

#[test]
fn x_wing_senders_reach_a_split_key() {
    let mut chip = Chip::new(1);
    let (pq, classical) = split::<MlKem768>(MLKEM768_X25519, &mut chip);
    let key = Hybrid::new(MLKEM768_X25519, pq, classical).unwrap();
    let bytes = public(&key);
    let (ciphertext, sent) = encapsulate(X_WING, &bytes, 3).unwrap();
    assert!(decapsulate(&key, &ciphertext).unwrap() == sent);
    // But it is not an X-Wing key: that has one seed.
    assert!(key.algorithm() != X_WING);
    let (ciphertext, sent) = encapsulate(MLKEM768_X25519, &public(&*support::key(X_WING, 9)), 3).unwrap();
    assert!(decapsulate(&*support::key(X_WING, 9), &ciphertext).unwrap() == sent);
}

/// The smallest chip there is: one key, one thread, no allocation.
struct Pin<'b>(&'b RefCell<(Key<X25519>, u32)>);

impl PrivateKey for Pin<'_> {
    fn algorithm(&self) -> Algorithm {
        X25519_SHARE
    }

    fn custody(&self) -> Custody {
        Custody::component(X25519_SHARE, Place::Device)
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        self.0.borrow().0.public_key(out)
    }

    fn decapsulate(&self, share: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> khoalai::Result<()> {
        let mut bus = self.0.borrow_mut();
        bus.1 += 1;
        bus.0.decapsulate(share, random, secret)
    }
}

/// One hybrid key that its store has adopted.
struct PinStore<'b>(&'b RefCell<(Key<X25519>, u32)>);

impl<'b> Store for PinStore<'b> {
    type Key = Pin<'b>;

    fn generate(
        &mut self,
        algorithm: Algorithm,
        _: &str,
        random: &mut dyn Random,
    ) -> khoalai::Result<Pin<'b>> {
        self.0.borrow_mut().0 = Key::generate(algorithm, random)?;
        Ok(Pin(self.0))
    }

    fn import(&mut self, _: Algorithm, _: &str, _: &[u8]) -> khoalai::Result<Pin<'b>> {
        Err(Error::Unsupported)
    }

    fn open(&mut self, _: &str) -> khoalai::Result<Pin<'b>> {
        Ok(Pin(self.0))
    }

    fn destroy(&mut self, _: Pin<'b>) -> khoalai::Result<()> {
        Err(Error::Unsupported)
    }

    fn claim(&mut self, _: &[u8; 32], _: Algorithm) -> khoalai::Result<()> {
        Ok(())
    }

    fn is_claimed(&mut self, _: &[u8; 32], _: Algorithm) -> khoalai::Result<bool> {
        Ok(true)
    }
}

#[test]
fn a_chip_behind_a_ref_cell_on_one_thread() {
    let bus = RefCell::new((Key::generate(X25519_SHARE, &mut rng(1)).unwrap(), 0));
    let mut store = PinStore(&bus);
    let classical = Half::generate(MLKEM768_X25519, Side::Classical, &mut store, "", &mut rng(2)).unwrap();
    let pq = Half::generate(
        MLKEM768_X25519,
        Side::PostQuantum,
        &mut Memory::<MlKem768, 1>::new(),
        "",
        &mut rng(3),
    )
    .unwrap();
    let key = DecapsulationKey::new(Hybrid::new(MLKEM768_X25519, pq, classical).unwrap()).unwrap();
    let (ciphertext, sent) = encapsulate(X_WING, &public(key.get()), 4).unwrap();
    assert!(*key.decapsulate(&ciphertext, &mut rng(5)).unwrap().expose() == sent);
    assert_eq!(bus.borrow().1, 1, "asked exactly once");
    // It does not sign, and says so.
    let mut out = [0; 64];
    let signed = Pin(&bus).sign(Input::Message(&[b"m"]), b"", Hedge::Preferred, &mut rng(6), &mut out);
    assert_eq!(signed, Err(Error::Unsupported));
}

#[test]
fn a_chip_key_opened_again_serves_the_same_hybrid() {
    let mut chip = Chip::new(4);
    let (pq, classical) = split::<MlKem768>(MLKEM768_P256, &mut chip);
    let key = Hybrid::new(MLKEM768_P256, pq, classical).unwrap();
    let (ciphertext, sent) = encapsulate(MLKEM768_P256, &public(&key), 3).unwrap();
    drop(key);
    // After a restart the chip still knows that the key was claimed.
    let again = chip.open("ec").unwrap();
    assert_eq!(again.slot, 0);
    let adopted =
        Half::adopt(MLKEM768_P256, Side::Classical, &mut chip, again, khoalai::Adoption::LosesFreshness);
    assert_eq!(adopted.err(), Some(Error::KeyReused));
    assert_eq!(chip.open("no such name").err(), Some(Error::NotFound));
    // What it was claimed for opens again, and nothing else does.
    let wrong = Half::open(MLKEM768_P256, Side::PostQuantum, &mut chip, "ec");
    assert_eq!(wrong.err(), Some(Error::HalvesMismatch));
    let again = Half::open(MLKEM768_P256, Side::Classical, &mut chip, "ec").unwrap();
    let mut memory = Memory::<MlKem768>::new();
    let pq = Half::generate(MLKEM768_P256, Side::PostQuantum, &mut memory, "", &mut rng(1)).unwrap();
    let key = Hybrid::new(MLKEM768_P256, pq, again).unwrap();
    assert!(decapsulate(&key, &ciphertext).unwrap() == sent);
    let strange = chip.generate(khoalai::P256_SHARE, "unclaimed", &mut rng(9)).unwrap();
    drop(strange);
    let unclaimed = Half::open(MLKEM768_P256, Side::Classical, &mut chip, "unclaimed");
    assert_eq!(unclaimed.err(), Some(Error::HalvesMismatch));
    // Its software twin opens what was sent, so the chip's arithmetic is what it should be.
    let twin = Half::generate(MLKEM768_P256, Side::Classical, &mut Memory::<P256>::new(), "", &mut rng(2));
    let pq =
        Half::generate(MLKEM768_P256, Side::PostQuantum, &mut Memory::<MlKem768>::new(), "", &mut rng(1));
    let twin = Hybrid::new(MLKEM768_P256, pq.unwrap(), twin.unwrap()).unwrap();
    assert!(decapsulate(&twin, &ciphertext).unwrap() == sent);
}
