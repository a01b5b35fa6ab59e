//! A private key made of two: the only place where two keys meet.

use crate::algorithm::{Algorithm, Construction, Kind};
use crate::bytes::{room, split, split_mut, zero_unless_ok};
use crate::combine::{self, HalfSecret, combine};
use crate::composite::{Parts, Representative};
use crate::error::{Class, Error, Result};
use crate::half::{Half, Side};
use crate::input::{Hedge, Input};
use crate::key::{Custody, Place, PrivateKey};
use crate::limits::MAX_CLASSICAL_PUBLIC_KEY;
use crate::random::Random;
use zeroize::Zeroize;

/// A hybrid private key made of a post-quantum and a classical half, wherever each of them lives.
/// It is a [`PrivateKey`] again.
///
/// Both halves are asked for every operation, whatever the first one answers, and no call ever
/// falls back to one of them.
pub struct Hybrid<Q, C> {
    algorithm: Algorithm,
    pq: Q,
    classical: C,
}

impl<Q: PrivateKey, C: PrivateKey> Hybrid<Q, C> {
    /// Joins two halves that were made for `algorithm`. Both are used up, also on error: a half
    /// that was refused here must not serve elsewhere.
    ///
    /// # Errors
    /// [`Error::HalvesMismatch`] unless one is the post-quantum and the other the classical half
    /// of this very algorithm.
    pub fn new(algorithm: Algorithm, pq: Half<Q>, classical: Half<C>) -> Result<Self> {
        let pq = pq.take(algorithm, Side::PostQuantum)?;
        let classical = classical.take(algorithm, Side::Classical)?;
        Self::assemble(algorithm, pq, classical)
    }

    /// Joins two keys that are known to be fresh.
    pub(crate) fn assemble(algorithm: Algorithm, pq: Q, classical: C) -> Result<Self> {
        match algorithm.halves() {
            Some(halves) if halves == (pq.algorithm(), classical.algorithm()) => {
                Ok(Self { algorithm, pq, classical })
            }
            _ => Err(Error::HalvesMismatch),
        }
    }

    pub(crate) fn halves(&self) -> (&Q, &C) {
        (&self.pq, &self.classical)
    }

    fn ask_both(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8; 32]) -> Result<()> {
        let (pq, classical, label) = combine::parts(self.algorithm)?;
        let (ct_pq, ct_t) = split(ciphertext, pq.ciphertext_len())?;
        let (mut ss_pq, mut ss_t) = (HalfSecret::of(pq)?, HalfSecret::of(classical)?);
        let mut ek_t = [0; MAX_CLASSICAL_PUBLIC_KEY];
        let ek_t = room(&mut ek_t, classical.public_key_len())?;

        let asked_pq = self.pq.decapsulate(ct_pq, random, ss_pq.get_mut());
        let asked_t = self.classical.decapsulate(ct_t, random, ss_t.get_mut());
        let asked_key = whole(self.classical.public_key(ek_t), classical.public_key_len());

        let zero = ss_pq.is_zero() | ss_t.is_zero();
        let zero = if zero { Err(Error::DecapsulationFailed) } else { Ok(()) };
        outcome([asked_pq, asked_t, asked_key, zero], Error::DecapsulationFailed)?;
        combine(ss_pq.get(), ss_t.get(), ct_t, ek_t, label, secret);
        Ok(())
    }

    fn sign_both(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let parts = Parts::of(self.algorithm)?;
        let representative = Representative::new(&parts, input, context)?;
        let message = [representative.get()];
        let pq_len = parts.pq.signature_len();
        let (sig_pq, sig_t) = split_mut(out, pq_len)?;

        let made_pq =
            whole(self.pq.sign(Input::Message(&message), parts.label, hedge, random, sig_pq), pq_len);
        let made_t =
            self.classical.sign(Input::Message(&message), &[], hedge, random, sig_t).map(<[u8]>::len);

        // A classical part may be shorter than its room, but never longer; and no part is nothing or zeros.
        let some = |part: &[u8]| part.iter().any(|byte| *byte != 0);
        let both = some(sig_pq) && made_t.is_ok_and(|len| sig_t.get(..len).is_some_and(some));
        let both = if both { Ok(()) } else { Err(Error::SigningFailed) };
        outcome([made_pq, made_t.map(drop), both], Error::SigningFailed)?;
        Ok(pq_len + made_t?)
    }
}

/// Whether a half wrote all that it must.
fn whole(written: Result<&[u8]>, len: usize) -> Result<()> {
    if written?.len() == len { Ok(()) } else { Err(Error::HalvesMismatch) }
}

/// Architecture rule 3: a condition that does not depend on the input keeps its code; everything
/// else, the unknown included, is the one `refused`.
fn outcome<const N: usize>(asked: [Result<()>; N], refused: Error) -> Result<()> {
    let failed = || asked.iter().filter_map(|result| result.err());
    match failed().find(|error| matches!(error.class(), Class::Condition | Class::Fault)) {
        Some(condition) => Err(condition),
        None if failed().next().is_some() => Err(refused),
        None => Ok(()),
    }
}

impl<Q: PrivateKey, C: PrivateKey> PrivateKey for Hybrid<Q, C> {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The halves' places; they are combined in this process's memory.
    fn custody(&self) -> Custody {
        let (pq, classical) = (self.pq.custody().pq, self.classical.custody().classical);
        Custody { pq, classical, combined: Place::Memory }
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        let out = room(out, self.algorithm.public_key_len())?;
        let (pq, classical) = split_mut(out, self.pq.algorithm().public_key_len())?;
        let (pq_len, classical_len) = (pq.len(), classical.len());
        let asked_pq = whole(self.pq.public_key(pq), pq_len);
        let asked_t = whole(self.classical.public_key(classical), classical_len);
        zero_unless_ok(asked_pq.and(asked_t), out)?;
        Ok(out)
    }

    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        secret.zeroize();
        if self.algorithm.kind() != Kind::Kem {
            return Err(Error::Unsupported);
        }
        // What needs no key comes first, so that no device is asked about nonsense (rules 3 and 8).
        self.algorithm.row().software.check_ciphertext(self.algorithm, ciphertext)?;
        let secret: &mut [u8; 32] = secret.try_into().map_err(|_| Error::Malformed)?;
        let result = self.ask_both(ciphertext, random, secret);
        zero_unless_ok(result, secret)
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        if !matches!(self.algorithm.row().construction, Construction::Composite { .. }) {
            return Err(Error::Unsupported);
        }
        let out = room(out, self.algorithm.signature_len())?;
        let len = zero_unless_ok(self.sign_both(input, context, hedge, random, out), out)?;
        out.get(..len).ok_or(Error::SigningFailed)
    }
}
