//! Making software keys when the algorithm is known only at run time.

use crate::algorithm::{Algorithm, Kind};
use crate::bytes::room;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
#[cfg(feature = "alloc")]
use crate::key::ExportPrivateKey;
use crate::limits::{MAX_CIPHERTEXT, MAX_HALF_SECRET, MAX_PUBLIC_KEY, MAX_SIGNATURE};
#[cfg(feature = "alloc")]
use crate::random::Random;
use crate::soft::SoftwareKey;
use crate::soft::hash::{Expander, sha3_256};
#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::marker::PhantomData;

/// A key made at run time.
#[cfg(feature = "alloc")]
pub type BoxedKey = Box<dyn ExportPrivateKey + Send + Sync>;

/// What the table keeps for each algorithm beside its row.
pub(crate) trait Maker: Sync {
    fn known_answer(&self, algorithm: Algorithm) -> Result<[u8; 32]>;
    #[cfg(feature = "alloc")]
    fn generate(&self, algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey>;
    #[cfg(feature = "alloc")]
    fn import(&self, algorithm: Algorithm, private_key: &[u8]) -> Result<BoxedKey>;
}

/// Makes keys of type `K`.
pub(crate) struct Make<K>(PhantomData<fn() -> K>);

impl<K> Make<K> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<K: SoftwareKey> Maker for Make<K> {
    /// Drives a key made from a fixed stream through its operations and condenses every output.
    fn known_answer(&self, algorithm: Algorithm) -> Result<[u8; 32]> {
        let mut random = Expander::new(algorithm.name().as_bytes());
        let key = K::generate(algorithm, &mut random)?;
        let mut public = [0; MAX_PUBLIC_KEY];
        let public = key.public_key(room(&mut public, algorithm.public_key_len())?)?;
        let software = algorithm.row().software;
        software.check_public_key(algorithm, public)?;
        let mut answer = [0; 32];
        if algorithm.kind() == Kind::Signature {
            const MESSAGE: Input<'static> = Input::Message(&[b"khoalai known answer"]);
            let mut signature = [0; MAX_SIGNATURE];
            let signature = key.sign(MESSAGE, b"", Hedge::Deterministic, &mut random, &mut signature)?;
            software.verify(algorithm, public, MESSAGE, b"", signature)?;
            let other = Input::Message(&[b"khoalai another answer"]);
            if software.verify(algorithm, public, other, b"", signature) != Err(Error::VerificationFailed) {
                return Err(Error::SelfTestFailed);
            }
            sha3_256(&[public, signature], &mut answer);
        } else {
            let (mut ciphertext, mut sent, mut got) =
                ([0; MAX_CIPHERTEXT], [0; MAX_HALF_SECRET], [0; MAX_HALF_SECRET]);
            let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
            let sent = room(&mut sent, algorithm.secret_len())?;
            let got = room(&mut got, algorithm.secret_len())?;
            software.encapsulate(algorithm, public, &mut random, ciphertext, sent)?;
            key.decapsulate(ciphertext, &mut random, got)?;
            if sent != got {
                return Err(Error::SelfTestFailed);
            }
            sha3_256(&[public, ciphertext, got], &mut answer);
        }
        Ok(answer)
    }

    #[cfg(feature = "alloc")]
    fn generate(&self, algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey> {
        Ok(Box::new(K::generate(algorithm, random)?))
    }

    #[cfg(feature = "alloc")]
    fn import(&self, algorithm: Algorithm, private_key: &[u8]) -> Result<BoxedKey> {
        Ok(Box::new(K::import(algorithm, private_key)?))
    }
}
