//! Messages that are signed or verified as they stream by.

use crate::algorithm::{Algorithm, Construction};
use crate::bytes::{array, clear};
use crate::composite::{Verdicts, verdicts};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::key::PrivateKey;
use crate::limits::{MAX_CONTEXT, MAX_PUBLIC_KEY};
use crate::public::PublicKey;
use crate::random::Random;
use crate::soft::hash::{Running, sha3_256};
use crate::view::SigningKey;

/// A message of any length, taken in piece by piece in constant memory.
///
/// For composites it becomes PH(M); for ML-DSA the representative μ, which needs the public key
/// and the feature `pq-rustcrypto`.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use khoalai::{MLDSA65_ED25519_SHA512, MessageStream, PublicKey, SigningKey};
///
/// let mut random = getrandom::SysRng;
/// let key = SigningKey::new(khoalai::generate(MLDSA65_ED25519_SHA512, &mut random)?)?;
/// let mut public = vec![0; MLDSA65_ED25519_SHA512.public_key_len()];
/// let public = PublicKey::new(MLDSA65_ED25519_SHA512, key.public_key(&mut public)?)?;
///
/// let mut message = MessageStream::new(&public, b"")?;
/// message.update(b"part one, ");
/// message.update(b"part two");
/// let mut buffer = vec![0; MLDSA65_ED25519_SHA512.signature_len()];
/// let signature = message.sign(&key, &mut random, &mut buffer)?;
/// public.verify(b"part one, part two", b"", signature)?;
/// # }
/// # Ok::<(), khoalai::Error>(())
/// ```
#[derive(Clone)]
pub struct MessageStream {
    algorithm: Algorithm,
    /// The hash of the public key: μ is bound to it, so the whole stream is.
    public_key: [u8; 32],
    running: Running,
    context: [u8; MAX_CONTEXT],
    context_len: u8,
}

impl MessageStream {
    /// Starts a message that the owner of `public_key` signs under `context`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for keys that do not sign, and for ML-DSA without `pq-rustcrypto`;
    /// [`Error::BadContext`].
    pub fn new<B: AsRef<[u8]>>(public_key: &PublicKey<B>, context: &[u8]) -> Result<Self> {
        let algorithm = public_key.algorithm();
        let context_len = u8::try_from(context.len()).map_err(|_| Error::BadContext)?;
        let running = match algorithm.row().construction {
            Construction::Composite { prehash, .. } => Running::prehash(prehash),
            Construction::PostQuantum if algorithm.row().software.takes_mu() => {
                Running::mu(public_key.as_bytes(), context, context_len)
            }
            _ => return Err(Error::Unsupported),
        };
        let mut kept = [0; MAX_CONTEXT];
        kept.get_mut(..context.len()).ok_or(Error::BadContext)?.copy_from_slice(context);
        let public_key = fingerprint(public_key.as_bytes());
        Ok(Self { algorithm, public_key, running, context: kept, context_len })
    }

    /// Takes in the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.running.update(piece);
    }

    /// Signs all that was taken in, hedged with `random`.
    ///
    /// # Errors
    /// [`Error::WrongAlgorithm`] or [`Error::WrongKey`] if `key` is not the one the stream was
    /// started for; otherwise as [`SigningKey::sign`].
    pub fn sign<'o, K: PrivateKey>(
        self,
        key: &SigningKey<K>,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        clear(out, self.algorithm.signature_len());
        let mut public = [0; MAX_PUBLIC_KEY];
        let mut len = 0;
        if key.algorithm() == self.algorithm {
            len = self.algorithm.ask_public_key(&mut public, |public| key.public_key(public))?;
        }
        self.check(key.algorithm(), public.get(..len).unwrap_or_default())?;
        self.finish(|input, context| key.sign_input(input, context, Hedge::Preferred, random, out))
    }

    /// Verifies a signature over all that was taken in.
    ///
    /// # Errors
    /// [`Error::WrongAlgorithm`] or [`Error::WrongKey`] if `key` is not the one the stream was
    /// started for; otherwise as [`PublicKey::verify`].
    pub fn verify<B: AsRef<[u8]>>(self, key: &PublicKey<B>, signature: &[u8]) -> Result<()> {
        self.check(key.algorithm(), key.as_bytes())?;
        self.finish(|input, context| key.verify_input(input, context, signature))
    }

    /// Tells of each half of a composite signature over all that was taken in, to find out what
    /// went wrong. It is valid only if both verify.
    ///
    /// # Errors
    /// [`Error::WrongAlgorithm`] or [`Error::WrongKey`] if `key` is not the one the stream was
    /// started for; otherwise as [`verdicts`].
    pub fn verdicts<B: AsRef<[u8]>>(self, key: &PublicKey<B>, signature: &[u8]) -> Result<Verdicts> {
        self.check(key.algorithm(), key.as_bytes())?;
        self.finish(|input, context| verdicts(key.algorithm(), key.as_bytes(), input, context, signature))
    }

    fn check(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<()> {
        if algorithm != self.algorithm {
            return Err(Error::WrongAlgorithm);
        }
        if fingerprint(public_key) == self.public_key { Ok(()) } else { Err(Error::WrongKey) }
    }

    fn finish<T>(self, use_it: impl FnOnce(Input<'_>, &[u8]) -> Result<T>) -> Result<T> {
        let mut hash = [0; 64];
        // μ has taken the context in already; PH(M) has not.
        let is_mu = !matches!(self.algorithm.row().construction, Construction::Composite { .. });
        let hash = self.running.finish(&mut hash)?;
        if is_mu {
            return use_it(Input::Mu(array(hash)?), &[]);
        }
        let context = self.context.get(..usize::from(self.context_len)).unwrap_or_default();
        use_it(Input::Prehash(hash), context)
    }
}

fn fingerprint(public_key: &[u8]) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    sha3_256(&[public_key], &mut fingerprint);
    fingerprint
}
