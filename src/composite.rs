//! Composite signatures (draft-ietf-lamps-pq-composite-sigs-19): what both halves sign, and verifying.

use crate::algorithm::{Algorithm, Construction, Prehash, Software};
use crate::bytes::{put, split};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::limits::{MAX_CONTEXT, MAX_LABEL};
use crate::soft::hash::Running;

/// The prefix of every M' (§2.2).
const PREFIX: &[u8; 32] = b"CompositeAlgorithmSignatures2025";

/// M' = Prefix ‖ Label ‖ len(ctx) ‖ ctx ‖ PH(M) (§2.2), which both halves sign.
pub(crate) struct Representative {
    bytes: [u8; PREFIX.len() + MAX_LABEL + 1 + MAX_CONTEXT + 64],
    len: usize,
}

impl Representative {
    pub(crate) fn new(parts: &Parts, input: Input<'_>, context: &[u8]) -> Result<Self> {
        let context_len = u8::try_from(context.len()).map_err(|_| Error::BadContext)?;
        let mut hash = [0; 64];
        let hash = match input {
            Input::Message(message) => {
                let mut running = Running::prehash(parts.prehash);
                message.iter().for_each(|part| running.update(part));
                running.finish(&mut hash)?
            }
            Input::Prehash(made) if made.len() == prehash_len(parts.prehash) => made,
            Input::Prehash(_) => return Err(Error::Malformed),
            Input::Mu(_) | Input::Hashed { .. } => return Err(Error::Unsupported),
        };
        let mut this = Self { bytes: [0; _], len: 0 };
        for piece in [PREFIX, parts.label, &[context_len], context, hash] {
            let rest = this.bytes.get_mut(this.len..).ok_or(Error::Malformed)?;
            this.len += put(rest, piece)?.len();
        }
        Ok(this)
    }

    pub(crate) fn get(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The length of PH(M).
pub(crate) const fn prehash_len(prehash: Prehash) -> usize {
    match prehash {
        Prehash::Sha256 => 32,
        Prehash::Sha512 | Prehash::Shake256 => 64,
    }
}

/// A row's parts, if it is a composite and holds together. Whatever works on a composite comes
/// through here.
pub(crate) struct Parts {
    pub(crate) pq: Algorithm,
    pub(crate) classical: Algorithm,
    pub(crate) label: &'static [u8],
    pub(crate) prehash: Prehash,
}

impl Parts {
    pub(crate) fn of(algorithm: Algorithm) -> Result<Self> {
        let Construction::Composite { label, prehash, .. } = algorithm.row().construction else {
            return Err(Error::Unsupported);
        };
        let (pq, classical) = algorithm.checked_halves()?;
        Ok(Self { pq, classical, label, prehash })
    }
}

/// What each half of a composite signature says on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// Whether the post-quantum part verifies.
    pub pq: bool,
    /// Whether the classical part verifies.
    pub classical: bool,
}

/// Verifies both parts of a composite signature and tells of each, to find out what went wrong.
/// The signature is valid only if both verify; [`PublicKey::verify`](crate::PublicKey::verify) says that.
///
/// # Errors
/// [`Error::Unsupported`] if `algorithm` is no composite; [`Error::Malformed`] for lengths that
/// cannot be; [`Error::BadContext`]; [`Error::BadPublicKey`]; [`Error::SelfTestFailed`].
pub fn verdicts(
    algorithm: Algorithm,
    public_key: &[u8],
    input: Input<'_>,
    context: &[u8],
    signature: &[u8],
) -> Result<Verdicts> {
    let keys = |parts: &Parts| {
        let (pq, classical) = (parts.pq, parts.classical);
        let (pk_pq, pk_t) = split(public_key, pq.public_key_len())?;
        Ok((
            move |message: Input<'_>, context: &[u8], part: &[u8]| pq.verify(pk_pq, message, context, part),
            move |message: Input<'_>, context: &[u8], part: &[u8]| {
                classical.verify(pk_t, message, context, part)
            },
        ))
    };
    verdicts_of(algorithm, public_key.len(), input, context, signature, keys)
}

/// The same, with the halves' keys behind what `keys` gives.
pub(crate) fn verdicts_of<Q, C>(
    algorithm: Algorithm,
    public_key_len: usize,
    input: Input<'_>,
    context: &[u8],
    signature: &[u8],
    keys: impl FnOnce(&Parts) -> Result<(Q, C)>,
) -> Result<Verdicts>
where
    Q: FnOnce(Input<'_>, &[u8], &[u8]) -> Result<()>,
    C: FnOnce(Input<'_>, &[u8], &[u8]) -> Result<()>,
{
    let parts = Parts::of(algorithm)?;
    algorithm.ready()?;
    if !algorithm.is_public_key_len(public_key_len) || signature.len() > algorithm.signature_len() {
        return Err(Error::Malformed);
    }
    let representative = Representative::new(&parts, input, context)?;
    let message = [representative.get()];
    let (ask_pq, ask_classical) = keys(&parts)?;
    let (sig_pq, sig_t) = split(signature, parts.pq.signature_len())?;
    let half = |said| match said {
        Ok(()) => Ok(true),
        // A part of a length that cannot be is one more part that does not verify.
        Err(Error::VerificationFailed | Error::Malformed) => Ok(false),
        Err(other) => Err(other),
    };
    // The ML-DSA context is the label; the application's context is inside M' (§3.2).
    let pq = half(ask_pq(Input::Message(&message), parts.label, sig_pq));
    let classical = half(ask_classical(Input::Message(&message), &[], sig_t));
    Ok(Verdicts { pq: pq?, classical: classical? })
}

/// The public operations of every composite signature, as a row's [`Software`]; the row says which halves.
pub struct Composite;

impl Software for Composite {
    fn implementation(&self) -> &'static str {
        "khoalai"
    }

    fn check_public_key(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<()> {
        let parts = Parts::of(algorithm)?;
        let (pk_pq, pk_t) = split(public_key, parts.pq.public_key_len())?;
        parts.pq.check_public_key(pk_pq)?;
        parts.classical.check_public_key(pk_t)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        input: Input<'_>,
        context: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        match verdicts(algorithm, public_key, input, context, signature)? {
            Verdicts { pq: true, classical: true } => Ok(()),
            _ => Err(Error::VerificationFailed),
        }
    }

    #[cfg(feature = "alloc")]
    fn prepare(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
    ) -> Result<alloc::boxed::Box<dyn crate::algorithm::Prepared>> {
        crate::prepared::composite(algorithm, public_key)
    }
}
