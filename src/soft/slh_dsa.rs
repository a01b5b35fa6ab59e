//! SLH-DSA (FIPS 205, pure), by the `slh-dsa` crate.
//!
//! It rests on hash functions alone. Signatures are large and slow to make; the crate builds them on
//! the stack, which takes about four times their length.

use super::{Component, sealed::Sealed};
use crate::burn::{Burns, burn};
use crate::bytes::put;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::limits::MAX_CONTEXT;
use crate::random::Random;
use crate::secret::Secret;
use core::marker::PhantomData;
use slh_dsa::{ParameterSet, Signature, SigningKey, VerifyingKey};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A parameter set (FIPS 205 table 2).
pub trait Set: Send + Sync + 'static {
    #[doc(hidden)]
    type Parameters: ParameterSet + Send + Sync;
    /// The row's name.
    const NAME: &'static str;
    /// n, the security parameter in bytes.
    const N: usize;
    /// Length of a signature.
    const SIGNATURE: usize;
    #[doc(hidden)]
    const BURNS: Burns;
}

/// SLH-DSA with the parameter set `S`.
pub struct SlhDsa<S>(PhantomData<fn() -> S>);

/// The longest of the random values that a signature takes in.
const MAX_N: usize = 32;
/// How many parts a message may have, beside its prefix.
const MAX_PARTS: usize = 13;

impl<S: Set> Sealed for SlhDsa<S> {}

impl<S: Set> Component for SlhDsa<S> {
    const NAME: &'static str = S::NAME;
    const IMPLEMENTATION: &'static str = "slh-dsa";
    /// `SK.seed ‖ SK.prf ‖ PK.seed ‖ PK.root`.
    const PRIVATE: usize = 4 * S::N;
    const PUBLIC: usize = 2 * S::N;
    const SIGNATURE: usize = S::SIGNATURE;
    const BURNS: Burns = S::BURNS;
    type Loaded = SigningKey<S::Parameters>;

    /// Draws SK.seed, SK.prf and PK.seed, in this order (FIPS 205 alg. 21).
    fn draw(random: &mut dyn Random, private: &mut [u8]) -> Result<()> {
        let (seeds, _) = private.split_at_mut_checked(3 * S::N).ok_or(Error::BufferTooSmall)?;
        random.fill(seeds)?;
        let key = expand::<S>(seeds)?;
        put(private, &Zeroizing::new(key.to_bytes())).map(|_| ())
    }

    /// PK.root is worked out again: a key whose root is not its own signs what nobody can verify.
    fn load(private: &[u8]) -> Result<Self::Loaded> {
        let key = expand::<S>(private)?;
        let right = Zeroizing::new(key.to_bytes());
        if bool::from(right.as_slice().ct_eq(private)) { Ok(key) } else { Err(Error::BadPrivateKey) }
    }

    fn private(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()> {
        put(out, &Zeroizing::new(loaded.to_bytes())).map(|_| ())
    }

    fn public(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()> {
        put(out, &loaded.as_ref().to_bytes()).map(|_| ())
    }

    /// Every byte string of the right length is a public key.
    fn check_public(public: &[u8]) -> Result<()> {
        read::<S>(public).map(|_| ())
    }

    fn sign(
        loaded: &Self::Loaded,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let mut added = Secret::<MAX_N>::zero();
        let added = added.expose_mut().get_mut(..S::N).ok_or(Error::Unsupported)?;
        framed(input, context, |message| {
            // FIPS 205 alg. 22: opt_rand is fresh, or PK.seed for the deterministic variant.
            let added = match hedge {
                Hedge::Deterministic => None,
                Hedge::Preferred | Hedge::Required => {
                    random.fill(added)?;
                    Some(&*added)
                }
            };
            Ok(put(out, &loaded.slh_sign_internal(message, added).to_bytes())?.len())
        })
    }

    fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let key = read::<S>(public)?;
        framed(input, context, |message| {
            let refused = |_| Error::VerificationFailed;
            let signature = Signature::<S::Parameters>::try_from(signature).map_err(refused)?;
            key.slh_verify_internal(message, &signature).map_err(refused)
        })
    }
}

/// The key of SK.seed, SK.prf and PK.seed, which stand at the front of `seeds`.
fn expand<S: Set>(seeds: &[u8]) -> Result<SigningKey<S::Parameters>> {
    let mut parts = seeds.chunks_exact(S::N);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(sk_seed), Some(sk_prf), Some(pk_seed)) => {
            Ok(SigningKey::slh_keygen_internal(sk_seed, sk_prf, pk_seed))
        }
        _ => Err(Error::Malformed),
    }
}

fn read<S: Set>(public: &[u8]) -> Result<VerifyingKey<S::Parameters>> {
    VerifyingKey::try_from(public).map_err(|_| Error::Malformed)
}

/// Hands `use_it` what is signed: `0 ‖ len(ctx) ‖ ctx ‖ M` (FIPS 205 alg. 22 step 8), in parts.
fn framed<T>(input: Input<'_>, context: &[u8], use_it: impl FnOnce(&[&[u8]]) -> Result<T>) -> Result<T> {
    let Input::Message(message) = input else { return Err(Error::Unsupported) };
    if context.len() > MAX_CONTEXT {
        return Err(Error::BadContext);
    }
    let context_len = [u8::try_from(context.len()).map_err(|_| Error::BadContext)?];
    let prefix: [&[u8]; 3] = [&[0], &context_len, context];
    let mut parts: [&[u8]; 3 + MAX_PARTS] = [&[]; _];
    let (front, rest) = parts.split_at_mut(prefix.len());
    front.copy_from_slice(&prefix);
    rest.get_mut(..message.len()).ok_or(Error::Unsupported)?.copy_from_slice(message);
    use_it(&parts)
}

macro_rules! sets {
    ($($set:ident = $type:ident, $alias:ident, $name:literal, $n:literal, $signature:literal;)+) => { $(
        #[doc = $name]
        pub struct $set;

        impl Set for $set {
            type Parameters = slh_dsa::$type;
            const NAME: &'static str = $name;
            const N: usize = $n;
            const SIGNATURE: usize = $signature;
            const BURNS: Burns = Burns::signature(burn!(12288), burn!(5 * $signature + 8192, 7 * $signature + 8192));
        }

        #[doc = concat!($name, ".")]
        pub type $alias = SlhDsa<$set>;
    )+ };
}

sets! {
    SetSha2_128s = Sha2_128s, SlhDsaSha2_128s, "SLH-DSA-SHA2-128s", 16, 7856;
    SetSha2_128f = Sha2_128f, SlhDsaSha2_128f, "SLH-DSA-SHA2-128f", 16, 17088;
    SetSha2_192s = Sha2_192s, SlhDsaSha2_192s, "SLH-DSA-SHA2-192s", 24, 16224;
    SetSha2_192f = Sha2_192f, SlhDsaSha2_192f, "SLH-DSA-SHA2-192f", 24, 35664;
    SetSha2_256s = Sha2_256s, SlhDsaSha2_256s, "SLH-DSA-SHA2-256s", 32, 29792;
    SetSha2_256f = Sha2_256f, SlhDsaSha2_256f, "SLH-DSA-SHA2-256f", 32, 49856;
    SetShake128s = Shake128s, SlhDsaShake128s, "SLH-DSA-SHAKE-128s", 16, 7856;
    SetShake128f = Shake128f, SlhDsaShake128f, "SLH-DSA-SHAKE-128f", 16, 17088;
    SetShake192s = Shake192s, SlhDsaShake192s, "SLH-DSA-SHAKE-192s", 24, 16224;
    SetShake192f = Shake192f, SlhDsaShake192f, "SLH-DSA-SHAKE-192f", 24, 35664;
    SetShake256s = Shake256s, SlhDsaShake256s, "SLH-DSA-SHAKE-256s", 32, 29792;
    SetShake256f = Shake256f, SlhDsaShake256f, "SLH-DSA-SHAKE-256f", 32, 49856;
}
