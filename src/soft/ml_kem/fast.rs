//! ML-KEM-768 by `graviola`, where this processor runs it: its arithmetic is mlkem-native's, its Keccak
//! works on eight states at once.
//!
//! The crate makes keys from nothing but its own randomness, except by entry points that it does not
//! document: hence the feature of its own, and the exact version that whoever turns it on asks for. It
//! reads no private keys: one without a seed is libcrux's.

use super::{Draw, Engine, Unpacked, unpacked};
use crate::algorithm::Algorithm;
use crate::burn::{Burn, Burns};
use crate::bytes::{array, put};
use crate::error::{Error, Result};
use crate::soft::host;
use crate::soft::ml_kem::MlKem;
use crate::soft::trial::{known_answer, same};
use alloc::boxed::Box;
use graviola::key_agreement::{mlkem768, x25519};
use subtle::ConstantTimeEq;
use zeroize::{Zeroizing, zeroize_stack};

type Other = unpacked::Set768;

/// ML-KEM-768.
pub struct Set768;

/// A key ready for use. Both kinds wipe themselves.
pub enum Pair {
    #[doc(hidden)]
    Fast(Box<mlkem768::DecapKey>),
    #[doc(hidden)]
    Other(<Other as Engine>::Expanded),
}

/// So many bytes where graviola works, and as deep as the other crate goes where that does. Other people's builds
/// have overflow checks in it, and with them it goes 3 KB deeper.
macro_rules! deep {
    ($fast:literal, $other:expr) => {
        Burn::new(|| if host::graviola() { zeroize_stack::<$fast>() } else { $other.run() })
    };
}

/// Runs an entry point that is not documented. Those that are clear the vector registers when they return:
/// one of them is asked for nothing afterwards.
fn cleared<T>(run: impl FnOnce() -> T) -> T {
    let made = run();
    drop(x25519::StaticPrivateKey::from_array(&[0; 32]));
    made
}

impl Engine for Set768 {
    const NAME: &'static str = Other::NAME;
    const IMPLEMENTATION: &'static str = Other::IMPLEMENTATION;
    const PUBLIC: usize = Other::PUBLIC;
    const CIPHERTEXT: usize = Other::CIPHERTEXT;
    const BURNS: Burns = Burns::exchange(
        deep!(55296, Other::BURNS.load),
        deep!(40960, Other::BURNS.encapsulate),
        deep!(34816, Other::BURNS.decapsulate),
    );
    type Expanded = Pair;

    fn implementation() -> &'static str {
        if host::graviola() { "graviola" } else { Other::IMPLEMENTATION }
    }

    /// Keys without a seed are the other crate's, and so are prepared ones.
    fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
        if !host::graviola() {
            return Other::check_second(algorithm, answer);
        }
        same(known_answer::<crate::soft::Key<MlKem<Other>>>(algorithm), answer)?;
        Self::BURNS.load.after(super::prepared_sends_the_same::<Self>)?;
        Ok(())
    }

    fn expand(seed: &[u8; 64]) -> Result<Pair> {
        if host::graviola() {
            Ok(Pair::Fast(cleared(|| Box::new(mlkem768::DecapKey::keygen_internal(seed)))))
        } else {
            Other::expand(seed).map(Pair::Other)
        }
    }

    fn read(expanded: &[u8]) -> Result<Pair> {
        Other::read(expanded).map(Pair::Other)
    }

    fn is(expanded: &Pair, bytes: &[u8]) -> Result<bool> {
        match expanded {
            Pair::Fast(key) => Ok(Zeroizing::new(key.as_bytes()).ct_eq(array::<2400>(bytes)?).into()),
            Pair::Other(key) => Other::is(key, bytes),
        }
    }

    #[cfg(feature = "pqclean")]
    fn write(expanded: &Pair, out: &mut [u8]) -> Result<()> {
        match expanded {
            Pair::Fast(key) => put(out, &Zeroizing::new(key.as_bytes())[..]).map(|_| ()),
            Pair::Other(key) => Other::write(key, out),
        }
    }

    fn public(expanded: &Pair, out: &mut [u8]) -> Result<()> {
        match expanded {
            Pair::Fast(key) => put(out, &key.encapsulation_key().as_bytes()).map(|_| ()),
            Pair::Other(key) => Other::public(key, out),
        }
    }

    fn check_public(public: &[u8]) -> Result<()> {
        Other::check_public(public)
    }

    fn encapsulate(public: &[u8], draw: Draw<'_>, ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
        if !host::graviola() {
            return Other::encapsulate(public, draw, ciphertext, secret);
        }
        // With the modulus check.
        let key = mlkem768::EncapKey::from_bytes(array(public)?).map_err(|_| Error::BadPublicKey)?;
        // It wipes itself.
        let mut m = mlkem768::Message([0; 32]);
        draw(&mut m.0)?;
        let (shared, made) = cleared(|| key.encaps_internal(m));
        put(ciphertext, made.as_ref())?;
        put(secret, shared.as_ref())?;
        if cfg!(khoalai_fault = "accelerated") {
            secret.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        }
        Ok(())
    }

    fn decapsulate(expanded: &Pair, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        match expanded {
            Pair::Fast(key) => {
                let ciphertext =
                    mlkem768::Ciphertext::from(*array::<1088>(ciphertext).map_err(|_| Error::Malformed)?);
                put(secret, cleared(|| key.decaps_internal(&ciphertext)).as_ref()).map(|_| ())
            }
            Pair::Other(key) => Other::decapsulate(key, ciphertext, secret),
        }
    }

    fn prepare(public: &[u8]) -> Result<Option<Box<dyn Unpacked>>> {
        Other::prepare(public)
    }
}
