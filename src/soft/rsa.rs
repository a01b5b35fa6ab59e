//! RSA with 2048, 3072 and 4096 bits (RFC 8017), by `rsa`: OAEP as a half of a KEM, PSS and
//! PKCS#1 v1.5 as halves of composites.
//!
//! Public operations only, unless the feature `hazmat-rsa-private` adds the private ones.

mod encoding;
mod fixed;
#[cfg(feature = "hazmat-rsa-private")]
mod hazmat;
#[cfg(not(feature = "hazmat-rsa-private"))]
mod no_keys;

use super::hash::Expander;
use super::trial::Fixed;
use super::{Component, sealed::Sealed, whole_message};
use crate::bytes::{put, zero_unless_ok};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::key::Place;
use crate::random::Random;
use crate::secret::Secret;
use encoding::{private_len, public_len, read_public};
#[cfg(feature = "hazmat-rsa-private")]
use hazmat as keys;
#[cfg(not(feature = "hazmat-rsa-private"))]
use no_keys as keys;
use rand_core::{TryCryptoRng, TryRng};
use rsa::sha2::{Digest, Sha256, Sha384, digest::Output};

const PRIVATE_KEYS: bool = cfg!(feature = "hazmat-rsa-private");

/// What the crate draws, as a generator: first the salt or seed that was drawn for it, and then, for
/// blinding, from a stream. It never hangs on a generator that always says the same.
struct Source<'a> {
    first: &'a [u8],
    then: Option<Expander>,
}

impl TryRng for Source<'_> {
    type Error = Error;

    fn try_next_u32(&mut self) -> Result<u32> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<()> {
        let first = core::mem::take(&mut self.first);
        match &mut self.then {
            _ if !first.is_empty() && first.len() == out.len() => out.copy_from_slice(first),
            Some(stream) if first.is_empty() => stream.fill(out)?,
            _ => return Err(Error::RandomFailed),
        }
        Ok(())
    }
}

impl TryCryptoRng for Source<'_> {}

fn hash<D: Digest>(parts: &[&[u8]]) -> Output<D> {
    let mut hash = D::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize()
}

/// RSAES-OAEP (RFC 8017 §7.1.1) of a fresh secret, with SHA-256, MGF1 with SHA-256 and no label. The
/// secret is drawn first, then OAEP's seed.
fn encapsulate(
    bits: usize,
    public: &[u8],
    random: &mut dyn Random,
    ciphertext: &mut [u8],
    secret: &mut [u8],
) -> Result<()> {
    let key = read_public(bits, public)?;
    let mut drawn = Secret::<64>::zero();
    random.fill(drawn.expose_mut())?;
    let (fresh, seed) = drawn.expose().split_at(32);
    let mut source = Source { first: seed, then: None };
    let made = key.oaep_encrypt_with_rng::<Sha256, _>(&mut source, fresh).map_err(|_| Error::BadPublicKey)?;
    put(ciphertext, &made)?;
    put(secret, fresh).map(drop)
}

macro_rules! component {
    ($(#[$doc:meta])* $type:ident = $name:literal, $bits:literal, $fixed:expr, { $($operations:tt)* }) => {
        $(#[$doc])*
        pub struct $type;

        impl Sealed for $type {}

        impl Component for $type {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = "rsa";
            const PRIVATE: usize = if PRIVATE_KEYS { private_len($bits) } else { 0 };
            const PUBLIC: usize = public_len($bits);
            const VARIES: bool = true;
            const PLACE: Option<Place> = if PRIVATE_KEYS { Some(Place::LeakyMemory) } else { None };
            const FIXED: Option<Fixed> = Some($fixed);
            type Loaded = keys::Loaded;

            fn make(random: &mut dyn Random) -> Result<Self::Loaded> {
                keys::Loaded::make($bits, random)
            }
            fn load(private: &[u8]) -> Result<Self::Loaded> {
                keys::Loaded::read($bits, private)
            }
            fn lens(loaded: &Self::Loaded) -> (usize, usize) {
                (loaded.public().len(), loaded.private().len())
            }
            fn private(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()> {
                put(out, loaded.private()).map(drop)
            }
            fn load_part(part: &[u8]) -> Result<Self::Loaded> {
                Self::load(part)
            }
            fn write_part(loaded: &Self::Loaded, out: &mut [u8]) -> Result<usize> {
                put(out, loaded.private()).map(|written| written.len())
            }
            fn public(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()> {
                put(out, loaded.public()).map(drop)
            }
            fn check_public(public: &[u8]) -> Result<()> {
                read_public($bits, public).map(drop)
            }
            $($operations)*
        }
    };
}

macro_rules! oaep {
    ($type:ident = $name:literal, $bits:literal, $fixed:expr) => {
        component!(
            /// RSA-OAEP as a half of a KEM: SHA-256 throughout, no label, a secret of 32 bytes.
            $type = $name,
            $bits,
            $fixed,
            {
                const CIPHERTEXT: usize = $bits / 8;
                const SECRET: usize = 32;

                fn encapsulate(
                    public: &[u8],
                    random: &mut dyn Random,
                    ciphertext: &mut [u8],
                    secret: &mut [u8],
                ) -> Result<()> {
                    zero_unless_ok(encapsulate($bits, public, random, ciphertext, secret), secret)
                }
                fn decapsulate_blinded(
                    loaded: &Self::Loaded,
                    ciphertext: &[u8],
                    random: &mut dyn Random,
                    secret: &mut [u8],
                ) -> Result<()> {
                    loaded.decapsulate(ciphertext, random, secret)
                }
            }
        );
    };
}

macro_rules! signature {
    (
        $(#[$doc:meta])*
        $type:ident = $name:literal, $bits:literal, $fixed:expr, $hash:ident, $sign:ident, $verify:ident
    ) => {
        component!($(#[$doc])* $type = $name, $bits, $fixed, {
            const SIGNATURE: usize = $bits / 8;

            fn sign(
                loaded: &Self::Loaded,
                input: Input<'_>,
                context: &[u8],
                hedge: Hedge,
                random: &mut dyn Random,
                out: &mut [u8],
            ) -> Result<usize> {
                let digest = hash::<$hash>(whole_message(input, context)?);
                loaded.$sign::<$hash>(&digest, hedge, random, out)
            }
            fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
                let digest = hash::<$hash>(whole_message(input, context)?);
                let key = read_public($bits, public)?;
                key.$verify::<$hash>(&digest, signature).map_err(|_| Error::VerificationFailed)
            }
        });
    };
}

macro_rules! pss {
    ($type:ident = $name:literal, $bits:literal, $fixed:expr, $hash:ident) => {
        signature!(
            /// RSASSA-PSS as a half of a composite: one hash throughout, a salt of the hash's length.
            $type = $name,
            $bits,
            $fixed,
            $hash,
            sign_pss,
            pss_verify_prehash
        );
    };
}

macro_rules! pkcs15 {
    ($type:ident = $name:literal, $bits:literal, $fixed:expr, $hash:ident) => {
        signature!(
            /// RSASSA-PKCS1-v1_5 as a half of a composite.
            $type = $name,
            $bits,
            $fixed,
            $hash,
            sign_pkcs15,
            pkcs1v15_verify_prehash
        );
    };
}

oaep!(Rsa2048OaepSha256 = "RSA2048-OAEP-SHA256", 2048, fixed::RSA2048.oaep());
oaep!(Rsa3072OaepSha256 = "RSA3072-OAEP-SHA256", 3072, fixed::RSA3072.oaep());
oaep!(Rsa4096OaepSha256 = "RSA4096-OAEP-SHA256", 4096, fixed::RSA4096.oaep());
pss!(Rsa2048PssSha256 = "RSA2048-PSS-SHA256", 2048, fixed::RSA2048.pss(), Sha256);
pss!(Rsa3072PssSha256 = "RSA3072-PSS-SHA256", 3072, fixed::RSA3072.pss(), Sha256);
pss!(Rsa4096PssSha384 = "RSA4096-PSS-SHA384", 4096, fixed::RSA4096.pss(), Sha384);
pkcs15!(Rsa2048Pkcs15Sha256 = "RSA2048-PKCS15-SHA256", 2048, fixed::RSA2048.pkcs15(), Sha256);
pkcs15!(Rsa3072Pkcs15Sha256 = "RSA3072-PKCS15-SHA256", 3072, fixed::RSA3072.pkcs15(), Sha256);
pkcs15!(Rsa4096Pkcs15Sha384 = "RSA4096-PKCS15-SHA384", 4096, fixed::RSA4096.pkcs15(), Sha384);
