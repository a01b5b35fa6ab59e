//! What becomes of a key: retired, destroyed, lost, and another one in its place.
//!
//! The state is under the seal with everything else, so a change of it seals anew, under a fresh file key:
//! whoever cannot open a key cannot bring it back into use. Only `destroyed` needs nothing: what it is
//! written into holds no secret any more, and whoever could write it could as well delete the file.

use super::KeyReference;
use super::form::{Location, StateCode};
use super::join::{HybridKey, join, public_of};
use super::make::{NewKey, fresh_seal};
use super::open::{Access, factor_kind};
use crate::audit::EventKind;
use crate::claims::fingerprint;
use crate::error::{Problem, Result};
use der::asn1::Null;
use khoalai::algorithm::Kind;
use khoalai::{PrivateKey, Random, Side};
use zeroize::Zeroizing;

/// A key that took the place of another one.
pub struct Rotation {
    /// The new key's reference.
    pub reference: KeyReference,
    /// The new key.
    pub key: HybridKey,
    /// The old key's reference, retired or destroyed: write it in place of the one before.
    pub old: KeyReference,
}

impl KeyReference {
    /// Puts the key out of use: it only opens what was sent to it. The reference that comes back takes
    /// the place of this one. An earlier copy of the file still says what it said: delete it.
    ///
    /// # Errors
    /// [`Problem::KeyRetired`], [`Problem::KeyDestroyed`] if it is; as [`open`](Self::open) otherwise.
    pub fn retire(&self, access: Access<'_>, random: &mut dyn Random) -> Result<Self> {
        if self.header.state == StateCode::Retired {
            return Err(Problem::KeyRetired.into());
        }
        let opened = self.open_halves(access)?;
        let (anchor, mut header) = (opened.classical.token.clone(), self.header.clone());
        header.state = StateCode::Retired;
        let body = match opened.body {
            None => Vec::new(),
            Some((mut body, wrapping)) => {
                for half in [&mut header.pq, &mut header.classical] {
                    if let (Location::Sealed(sealed), Some(wrapping)) = (half, &wrapping) {
                        let factor = sealed.factor.as_ref().map(|factor| access.factor(factor_kind(factor)));
                        let place = sealed.wrapping_key.clone();
                        let (key, fresh) = fresh_seal(wrapping, place, factor.transpose()?, random)?;
                        *sealed = fresh;
                        body.file_key = Some(key);
                    }
                }
                if let (Some(guard), Some(wrapping)) = (&mut header.guard, &wrapping) {
                    let (key, fresh) = fresh_seal(wrapping, guard.wrapping_key.clone(), None, random)?;
                    *guard = fresh;
                    body.file_key = Some(key);
                }
                body.write(&header)?
            }
        };
        // That both halves are this key's is found out now, not when a message has come.
        join(self.algorithm, opened.pq, opened.classical, access.secrets)?;
        let retired = Self::new(header, &body)?;
        anchor.slot.note(EventKind::KeyRetired, Some((self.name(), self.algorithm.name())), None);
        Ok(retired)
    }

    /// Destroys what the tokens hold of the key: its halves, the wrapping key (and with it every copy of
    /// what it sealed), and the notes on them. There is no way back. An adopted half stays, for whoever
    /// else uses it, and with it the note: it never serves another hybrid.
    ///
    /// What was destroyed before, by an attempt that was cut off, is passed over.
    ///
    /// # Errors
    /// [`khoalai::Error::Absent`] if a token is not there: see [`lost`](Self::lost); what keeps a token
    /// from answering. Some of it may be destroyed then: try again.
    pub fn destroy(&self, access: Access<'_>) -> Result<Self> {
        self.take_apart(access, false)
    }

    /// The same for a key that was just made, and whose reference could not be written, so that nobody has
    /// been told of it: an adopted half is free again for another hybrid.
    ///
    /// # Errors
    /// As [`destroy`](Self::destroy).
    pub fn unmake(&self, access: Access<'_>) -> Result<()> {
        self.take_apart(access, true).map(drop)
    }

    fn take_apart(&self, access: Access<'_>, free_adopted: bool) -> Result<Self> {
        if self.header.state == StateCode::Destroyed {
            return Err(Problem::KeyDestroyed.into());
        }
        let halves = [Side::PostQuantum, Side::Classical];
        // All tokens are there, or nothing is begun.
        let mut tokens = Vec::new();
        for side in halves {
            match self.location(side) {
                Location::Token(place) | Location::Adopted(place) => tokens.push(access.token(place)?),
                Location::Sealed(sealed) => drop(access.token(&sealed.wrapping_key)?),
                Location::Software(_) | Location::Gone(_) => {}
            }
        }
        if let Some(guard) = &self.header.guard {
            access.token(&guard.wrapping_key)?;
        }
        for side in halves {
            match self.location(side) {
                Location::Token(place) => {
                    let token = access.token(place)?;
                    if let Some(key) = there(self.token_key(side, token, place))? {
                        token.destroy_key(&key)?;
                    }
                }
                Location::Sealed(sealed) => {
                    if let Some(key) = there(self.wrapping_key(sealed, access))? {
                        key.destroy()?;
                    }
                }
                Location::Adopted(_) if !free_adopted => continue,
                Location::Adopted(_) | Location::Software(_) | Location::Gone(_) => {}
            }
            for token in &tokens {
                token.forget_claim(&fingerprint(self.public_of(side)))?;
            }
        }
        if let Some(guard) = &self.header.guard
            && let Some(key) = there(self.wrapping_key(guard, access))?
        {
            key.destroy()?;
        }
        self.lost()
    }

    /// Marks the key as destroyed without asking any token: it was lost with the one that held it. No
    /// secret stays in the reference.
    ///
    /// # Errors
    /// [`Problem::KeyDestroyed`] if it is already.
    pub fn lost(&self) -> Result<Self> {
        if self.header.state == StateCode::Destroyed {
            return Err(Problem::KeyDestroyed.into());
        }
        let mut header = self.header.clone();
        header.state = StateCode::Destroyed;
        (header.pq, header.classical, header.guard) = (Location::Gone(Null), Location::Gone(Null), None);
        Self::new(header, &[])
    }

    /// Makes a new key in place of this one, which is retired. It has another name.
    ///
    /// # Errors
    /// As [`generate`](Self::generate) and [`retire`](Self::retire): then nothing has changed.
    pub fn rotate(&self, access: Access<'_>, new: &NewKey<'_>, random: &mut dyn Random) -> Result<Rotation> {
        // First what changes nothing in any token.
        let old = self.retire(access, random)?;
        let (reference, key) = Self::generate(new, random)?;
        Ok(Rotation { reference, key, old })
    }

    /// Makes a new key in place of this one, whose token is lost: the recovery key has to be the one that
    /// was recorded, and has to open what is sent to it.
    ///
    /// What was sent to the lost key is then opened with the recovery key, which got it too.
    ///
    /// # Errors
    /// [`Problem::RecoveryForeign`]; [`Problem::KeyDestroyed`]; as [`generate`](Self::generate).
    pub fn recover(
        &self,
        recovery_key: &dyn PrivateKey,
        new: &NewKey<'_>,
        random: &mut dyn Random,
    ) -> Result<Rotation> {
        self.rehearse(recovery_key, random)?;
        let old = self.lost()?;
        let (reference, key) = Self::generate(new, random)?;
        Ok(Rotation { reference, key, old })
    }

    /// Tries whether the recovery key is the one that was recorded and opens what is sent to it. Do this
    /// before it is needed.
    ///
    /// # Errors
    /// [`Problem::RecoveryForeign`]; what keeps the recovery key from answering.
    pub fn rehearse(&self, recovery_key: &dyn PrivateKey, random: &mut dyn Random) -> Result<()> {
        let recorded = self.recovery_key()?.ok_or(Problem::RecoveryForeign)?;
        let public = public_of(recovery_key)?;
        let algorithm = recorded.algorithm();
        if algorithm.kind() != Kind::Kem
            || recovery_key.algorithm() != algorithm
            || public != recorded.as_bytes()
        {
            return Err(Problem::RecoveryForeign.into());
        }
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let sent = recorded.encapsulate(random, &mut ciphertext)?;
        let mut got = Zeroizing::new([0; 32]);
        recovery_key.decapsulate(&ciphertext, random, &mut *got)?;
        if sent.expose() == &*got { Ok(()) } else { Err(Problem::RecoveryForeign.into()) }
    }
}

/// What is there, or `None` if it is not any more.
fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error == khoalai::Error::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
