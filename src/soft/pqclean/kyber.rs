//! ML-KEM by `pqcrypto-kyber`, with our validation in front.

use super::overwrite;
use crate::burn::{Burns, burn};
use crate::bytes::{array, room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::gate::Gate;
use crate::key::Place;
use crate::random::{Random, SystemRandom};
use crate::secret::Secret;
use crate::soft::Component;
use crate::soft::hash::{Expander, sha3_256};
use crate::soft::ml_kem::{Draw, Engine, MlKem, MlKem512, MlKem768, MlKem1024};
use pqcrypto_kyber::{kyber512, kyber768, kyber1024};
use pqcrypto_traits::kem::{Ciphertext as _, PublicKey as _, SecretKey as _, SharedSecret as _};
use subtle::ConstantTimeEq;

macro_rules! set {
    (
        $(#[doc = $doc:literal])*
        $kyber:ident, $set:ident, $name:literal, $module:ident, $ours:ident,
        $dk:literal, $ek:literal, $at:literal, $ct:literal, $answer:literal, $burn:expr
    ) => {
        $(#[doc = $doc])*
        pub type $kyber = MlKem<$set>;

        #[doc = $name]
        pub struct $set;

        impl $set {
            /// What has to come out before the first use: the code may be built wrongly here although
            /// the default implementation is sound.
            fn gate() -> &'static Gate {
                static GATE: Gate = Gate::new($set::answer, $answer);
                &GATE
            }

            /// A key and a ciphertext of the default implementation, from a fixed stream: opened, and
            /// refused implicitly once a bit of it is changed.
            fn answer() -> Result<[u8; 32]> {
                let mut random = Expander::new(concat!("pqcrypto-kyber ", $name).as_bytes());
                let mut seed = Secret::<64>::zero();
                random.fill(seed.expose_mut())?;
                let key = $ours::load(seed.expose())?;
                let (mut public, mut expanded) = ([0; $ek], Secret::<$dk>::zero());
                $ours::public(&key, &mut public)?;
                key.write_expanded(expanded.expose_mut())?;

                let (mut ciphertext, mut sent) = ([0; $ct], Secret::<32>::zero());
                let (mut opened, mut rejected) = (Secret::<32>::zero(), Secret::<32>::zero());
                $ours::encapsulate(&public, &mut random, &mut ciphertext, sent.expose_mut())?;
                Self::open(&expanded, &ciphertext, opened.expose_mut())?;
                if opened != sent {
                    return Err(Error::SelfTestFailed);
                }
                if let Some(byte) = ciphertext.last_mut() {
                    *byte ^= 1;
                }
                Self::open(&expanded, &ciphertext, rejected.expose_mut())?;
                let mut answer = [0; 32];
                sha3_256(&[opened.expose(), rejected.expose()], &mut answer);
                Ok(answer)
            }

            fn open(expanded: &Secret<$dk>, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                let key = |bytes| $module::SecretKey::from_bytes(bytes).map_err(|_| Error::BadPrivateKey);
                let zeros = key(&[0; $dk])?;
                let nothing = $module::SharedSecret::from_bytes(&[0; 32]).map_err(|_| Error::Malformed)?;
                let ciphertext =
                    $module::Ciphertext::from_bytes(ciphertext).map_err(|_| Error::Malformed)?;
                let mut key = key(expanded.expose())?;
                let mut shared = $module::decapsulate(&ciphertext, &key);
                overwrite(&mut key, zeros);
                let secret = room(secret, 32)?;
                secret.copy_from_slice(shared.as_bytes());
                overwrite(&mut shared, nothing);
                Ok(())
            }
        }

        impl $kyber {
            /// TEST ONLY: the gate of this implementation.
            #[cfg(khoalai_fault = "chosen")]
            #[must_use]
            pub fn gate() -> &'static Gate {
                $set::gate()
            }

            /// Makes a ciphertext and its shared secret. `ciphertext` and `secret` have exactly the
            /// algorithm's lengths.
            ///
            /// The randomness is the operating system's, taken by the C code itself: no generator can
            /// be handed in, so there is nothing to repeat, and
            #[doc = concat!("[`Algorithm::encapsulate`](crate::Algorithm::encapsulate) never comes here.")]
            /// The system's source is tried first; should it fail between that and the use, the
            /// process ends.
            ///
            /// # Errors
            /// [`Error::BadPublicKey`] (FIPS 203 §7.2, which the crate does not check);
            /// [`Error::Malformed`]; [`Error::RandomFailed`]; [`Error::SelfTestFailed`]. The outputs
            /// are then zeroed.
            pub fn encapsulate_by_system(
                public: &[u8],
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> Result<()> {
                let made = $burn.after(|| Self::by_system(public, ciphertext, secret));
                zero_unless_ok(zero_unless_ok(made, ciphertext), secret)
            }

            fn by_system(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> Result<()> {
                if (ciphertext.len(), secret.len()) != ($ct, 32) {
                    return Err(Error::Malformed);
                }
                $set::gate().pass()?;
                $ours::check_public(public)?;
                let public = $module::PublicKey::from_bytes(public).map_err(|_| Error::Malformed)?;
                Random::fill(&mut SystemRandom, Secret::<32>::zero().expose_mut())?;
                let nothing = $module::SharedSecret::from_bytes(&[0; 32]).map_err(|_| Error::Malformed)?;
                let (mut shared, made) = $module::encapsulate(&public);
                ciphertext.copy_from_slice(made.as_bytes());
                secret.copy_from_slice(shared.as_bytes());
                overwrite(&mut shared, nothing);
                Ok(())
            }
        }

        impl Engine for $set {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "pqcrypto-kyber";
            const PUBLIC: usize = $ek;
            const CIPHERTEXT: usize = $ct;
            /// Clang makes a branch on secret bits out of its `poly_frommsg` (CVE-2024-37880).
            const PLACE: Place = Place::LeakyMemory;
            const BURNS: Burns = Burns::exchange($burn, $burn, $burn);
            type Expanded = Secret<$dk>;

            /// The draft hashed the seed without `k`, so a seed gives another key than FIPS 203 says,
            /// and the crate has no entry for a seed either.
            fn expand(_seed: &[u8; 64]) -> Result<Secret<$dk>> {
                Err(Error::Unsupported)
            }

            /// The checks are those of the default implementation: the crate makes none.
            fn read(expanded: &[u8]) -> Result<Secret<$dk>> {
                Self::gate().pass()?;
                <$ours as Component>::BURNS.load.after(|| $ours::load_expanded(expanded).map(drop))?;
                let mut own = Secret::zero();
                own.expose_mut().copy_from_slice(array::<$dk>(expanded)?);
                Ok(own)
            }

            fn is(expanded: &Secret<$dk>, bytes: &[u8]) -> Result<bool> {
                Ok(expanded.expose().ct_eq(array::<$dk>(bytes)?).into())
            }

            fn write(expanded: &Secret<$dk>, out: &mut [u8]) -> Result<()> {
                room(out, $dk)?.copy_from_slice(expanded.expose());
                Ok(())
            }

            fn public(expanded: &Secret<$dk>, out: &mut [u8]) -> Result<()> {
                // dk = dk_PKE ‖ ek ‖ H(ek) ‖ z (FIPS 203 alg. 16 step 3)
                let key = expanded.expose().get($at..$at + $ek).ok_or(Error::BadPrivateKey)?;
                out.copy_from_slice(key);
                Ok(())
            }

            fn check_public(public: &[u8]) -> Result<()> {
                $ours::check_public(public)
            }

            /// There is no way to hand the crate its randomness.
            fn encapsulate(public: &[u8], _draw: Draw<'_>, _ciphertext: &mut [u8], _secret: &mut [u8]) -> Result<()> {
                Self::check_public(public).and(Err(Error::Unsupported))
            }

            fn decapsulate(expanded: &Secret<$dk>, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                Self::open(expanded, ciphertext, secret)
            }
        }
    };
}

set!(
    /// ML-KEM-512 by `pqcrypto-kyber`. See [`Kyber768`].
    Kyber512, Set512, "ML-KEM-512", kyber512, MlKem512, 1632, 800, 768, 768, 0xd4d7_a2dd_46c5_26a7, burn!(24_576)
);
set!(
    /// ML-KEM-768 by `pqcrypto-kyber`: keys in expanded form, to decapsulate with.
    ///
    /// ```
    /// use khoalai::soft::pqclean::Kyber768;
    /// use khoalai::soft::{Key, SoftwareKey};
    /// use khoalai::{DecapsulationKey, Error, ML_KEM_768, Policy};
    ///
    /// fn open(expanded: &[u8], ciphertext: &[u8]) -> khoalai::Result<khoalai::SharedSecret> {
    ///     let key = Key::<Kyber768>::import_expanded(ML_KEM_768, expanded)?;
    ///     // Its timing leaks with some compilers, so that somebody has to say that it may.
    ///     assert_eq!(DecapsulationKey::new(&key).err(), Some(Error::LeakyCustody));
    ///     let key = Policy::STRICT.permit_hazmat().decapsulation_key(key)?;
    ///     key.decapsulate(ciphertext, &mut getrandom::SysRng)
    /// }
    ///
    /// // From a seed there is no key.
    /// let made = Key::<Kyber768>::generate(ML_KEM_768, &mut getrandom::SysRng);
    /// assert_eq!(made.err(), Some(Error::Unsupported));
    /// ```
    Kyber768, Set768, "ML-KEM-768", kyber768, MlKem768, 2400, 1184, 1152, 1088, 0x37f1_b346_99d6_2028, burn!(32_768)
);
set!(
    /// ML-KEM-1024 by `pqcrypto-kyber`. See [`Kyber768`].
    Kyber1024, Set1024, "ML-KEM-1024", kyber1024, MlKem1024, 3168, 1568, 1536, 1568, 0x4d1b_c5e8_3bc9_afc1, burn!(45_056)
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Prints what belongs above where it says something else.
    #[test]
    fn answers_are_those_above() {
        for gate in [Set512::gate(), Set768::gate(), Set1024::gate()] {
            let (answer, expected) = gate.answers();
            let right = answer.is_ok_and(|answer| answer.starts_with(&expected.to_be_bytes()));
            assert!(right, "{answer:02x?}");
        }
    }
}
