//! A private key made of two: the only place where two keys meet.

use crate::algorithm::{Algorithm, Construction, Kind};
use crate::burn::Burn;
use crate::bytes::{clear, is_zero, room, split, split_mut, written, written_whole, zero_unless_ok};
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
    /// of this very algorithm; [`Error::SameDevice`] for a KEM with both halves in one device.
    pub fn new(algorithm: Algorithm, pq: Half<Q>, classical: Half<C>) -> Result<Self> {
        let pq = pq.take(algorithm, Side::PostQuantum)?;
        let classical = classical.take(algorithm, Side::Classical)?;
        if algorithm.kind() == Kind::Kem && pq.device().is_some() && pq.device() == classical.device() {
            return Err(Error::SameDevice);
        }
        Self::assemble(algorithm, pq, classical)
    }

    /// Joins two keys that are known to be fresh.
    pub(crate) fn assemble(algorithm: Algorithm, pq: Q, classical: C) -> Result<Self> {
        let fit = algorithm.checked_halves()? == (pq.algorithm(), classical.algorithm());
        if fit { Ok(Self::of_halves(algorithm, pq, classical)) } else { Err(Error::HalvesMismatch) }
    }

    /// The same for keys that were just made for the two halves of `algorithm`, and so do fit.
    pub(crate) const fn of_halves(algorithm: Algorithm, pq: Q, classical: C) -> Self {
        Self { algorithm, pq, classical }
    }

    pub(crate) fn halves(&self) -> (&Q, &C) {
        (&self.pq, &self.classical)
    }

    fn ask_both(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8; 32]) -> Result<()> {
        let (pq, classical, label) = combine::parts(self.algorithm)?;
        let (ct_pq, ct_t) = split(ciphertext, pq.ciphertext_len())?;
        let (mut ss_pq, mut ss_t) = (HalfSecret::of(pq)?, HalfSecret::of(classical)?);
        let mut ek_t = [0; MAX_CLASSICAL_PUBLIC_KEY];

        // Before the ciphertext is: a half that refused it is not called again.
        let asked_key = classical.ask_public_key(&mut ek_t, |ek_t| self.classical.public_key(ek_t));
        let asked_pq = self.pq.decapsulate(ct_pq, random, ss_pq.get_mut());
        let asked_t = self.classical.decapsulate(ct_t, random, ss_t.get_mut());

        let zero = ss_pq.is_zero() | ss_t.is_zero();
        let zero = if zero { Err(Error::DecapsulationFailed) } else { Ok(()) };
        outcome([asked_key.map(drop), asked_pq, asked_t, zero], Error::DecapsulationFailed)?;
        let (ek_t, _) = split(&ek_t, asked_key?)?;
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

        let made_pq = written_whole(sig_pq, |out| {
            self.pq.sign(Input::Message(&message), parts.label, hedge, random, out)
        });
        let made_t =
            written(sig_t, |out| self.classical.sign(Input::Message(&message), &[], hedge, random, out));
        // No part of a signature is empty, or nothing but zeros.
        let part_t = made_t.ok().and_then(|len| sig_t.get(..len)).unwrap_or_default();
        let both = if is_zero(sig_pq) | is_zero(part_t) { Err(Error::SigningFailed) } else { Ok(()) };
        outcome([made_pq, made_t.map(drop), both], Error::SigningFailed)?;
        Ok(pq_len + made_t?)
    }
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
        clear(out, self.algorithm.public_key_len());
        let out = room(out, self.algorithm.public_key_len())?;
        let (pq, classical) = self.algorithm.checked_halves()?;
        let (pk_pq, pk_t) = split_mut(out, pq.public_key_len())?;
        let asked_pq = pq.ask_public_key(pk_pq, |out| self.pq.public_key(out));
        let asked_t = classical.ask_public_key(pk_t, |out| self.classical.public_key(out));
        let len = zero_unless_ok(asked_pq.and_then(|len| Ok(len + asked_t?)), out)?;
        out.get(..len).ok_or(Error::HalvesMismatch)
    }

    fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        secret.zeroize();
        if self.algorithm.kind() != Kind::Kem {
            return Err(Error::Unsupported);
        }
        self.algorithm.ready()?;
        // What needs no key comes first, so that no device is asked about nonsense (rules 3 and 8).
        self.algorithm.check_ciphertext(ciphertext)?;
        let secret: &mut [u8; 32] = secret.try_into().map_err(|_| Error::Malformed)?;
        let result = Burn::HASHES.after(|| self.ask_both(ciphertext, random, secret));
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
        clear(out, self.algorithm.signature_len());
        if !matches!(self.algorithm.row().construction, Construction::Composite { .. }) {
            return zero_unless_ok(Err(Error::Unsupported), out);
        }
        self.algorithm.ready()?;
        let out = room(out, self.algorithm.signature_len())?;
        let len = zero_unless_ok(self.sign_both(input, context, hedge, random, out), out)?;
        out.get(..len).ok_or(Error::SigningFailed)
    }
}
