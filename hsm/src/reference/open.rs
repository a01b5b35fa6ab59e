//! Opening a key by its reference: in tokens that the caller has opened, never in others.

use super::KeyReference;
use super::form::{Factor, InToken, Location, Sealed, StateCode};
use super::join::{Found, HybridKey, InMemory, join};
use super::make::{Body, unseal};
use super::validate::sealed_place;
use crate::error::{Error, Problem, Result};
use crate::factor::{FactorKind, SecondFactor, file_key, voucher};
use crate::key::TokenKey;
use crate::recovery::decrypt;
use crate::token::Token;
use crate::uri::Uri;
use crate::whole::ComponentSecrets;
use crate::wrapping::{WrapMechanism, WrappingKey};
use alloc::sync::Arc;
use khoalai::algorithm::Kind;
use khoalai::encode::pkcs8;
use khoalai::{Algorithm, Place, PrivateKey, Side};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// What a key may be opened with.
#[derive(Clone, Copy, Default)]
pub struct Access<'a> {
    tokens: &'a [Token],
    factor: Option<&'a SecondFactor>,
    pub(super) secrets: ComponentSecrets,
}

impl<'a> Access<'a> {
    /// These tokens. A reference finds its own among them by their serial numbers.
    #[must_use]
    pub const fn to(tokens: &'a [Token]) -> Self {
        Self { tokens, factor: None, secrets: ComponentSecrets::StayInside }
    }

    /// And this passphrase or key file.
    #[must_use]
    pub const fn with(self, factor: &'a SecondFactor) -> Self {
        Self { factor: Some(factor), ..self }
    }

    /// And the two secrets of a KEM whose halves are both in one token may leave it, if it cannot combine
    /// them.
    #[must_use]
    pub const fn permit_secrets_outside(self) -> Self {
        Self { secrets: ComponentSecrets::MayLeave, ..self }
    }

    /// The factor, if it is of this kind. It costs nothing to say that it is another one.
    pub(super) fn factor(&self, kind: FactorKind) -> Result<&'a SecondFactor> {
        let right = self.factor.filter(|factor| factor.kind() == kind);
        right.ok_or_else(|| Problem::FactorMissing.into())
    }

    /// The token of this object, by its serial number and by all else that the URI says of it.
    pub(super) fn token(&self, place: &InToken) -> Result<&'a Token> {
        let uri = Uri::parse(&place.uri)?;
        let is = |token: &&Token| {
            let identity = token.identity();
            identity.serial == place.serial
                && uri.token() == Some(identity.label.as_str())
                && uri.manufacturer() == Some(identity.manufacturer.as_str())
                && uri.model() == Some(identity.model.as_str())
        };
        let mut fitting = self.tokens.iter().filter(is);
        match (fitting.next(), fitting.next()) {
            (Some(token), None) => Ok(token),
            (None, _) => Err(Error::from(khoalai::Error::Absent).about(format!("serial {}", place.serial))),
            // Serial numbers of some makers are all the same.
            (Some(token), Some(other)) if Arc::ptr_eq(&token.slot, &other.slot) => Ok(token),
            _ => Err(Problem::TokenAmbiguous.into()),
        }
    }
}

pub(super) const fn factor_kind(factor: &Factor) -> FactorKind {
    match factor {
        Factor::Passphrase(_) => FactorKind::Passphrase,
        Factor::KeyFile(_) => FactorKind::KeyFile,
    }
}

/// Whether two URIs of keys mean one token. Serial numbers of some makers are all the same.
fn is_one_token(one: &Uri, other: &Uri) -> bool {
    let parts = [Uri::token, Uri::manufacturer, Uri::model, Uri::serial];
    parts.iter().all(|part| part(one) == part(other))
}

/// Everything that opening brings to light.
pub(super) struct Opened {
    pub(super) pq: Found,
    pub(super) classical: Found,
    /// The half in the file, and the key that wraps it.
    pub(super) body: Option<(Body, Option<WrappingKey>)>,
}

/// A half that is there.
enum Half {
    InToken(Found),
    InFile(Box<(InMemory, Body, Option<WrappingKey>)>),
}

/// What it takes to open a key: for whoever opens the tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// URIs of objects in its tokens, one for each token.
    pub tokens: Vec<Uri>,
    /// What it takes beside the tokens.
    pub factor: Option<FactorKind>,
}

impl KeyReference {
    /// The tokens and the factor that [`open`](Self::open) will ask for.
    ///
    /// # Errors
    /// None that a reference that was read or made can have.
    pub fn needs(&self) -> Result<Needs> {
        let mut needs = Needs { tokens: Vec::new(), factor: None };
        for side in [Side::PostQuantum, Side::Classical] {
            let place = match self.location(side) {
                Location::Token(place) | Location::Adopted(place) => place,
                Location::Sealed(sealed) => {
                    needs.factor = needs.factor.or(sealed.factor.as_ref().map(factor_kind));
                    &sealed.wrapping_key
                }
                Location::Software(_) => {
                    needs.factor = Some(FactorKind::Passphrase);
                    continue;
                }
                // Of a destroyed key, which does not open.
                Location::Gone(_) => continue,
            };
            let uri = Uri::parse(&place.uri)?;
            if !needs.tokens.iter().any(|other| is_one_token(other, &uri)) {
                needs.tokens.push(uri);
            }
        }
        Ok(needs)
    }

    /// Opens the key. What is in the file is opened and compared with the reference, and the half in the
    /// token has to answer, before anything is given out.
    ///
    /// A retired key opens messages as before; a retired signature key is not opened.
    ///
    /// # Errors
    /// [`Problem::KeyRetired`], [`Problem::KeyDestroyed`]; [`khoalai::Error::Absent`] if none of the
    /// tokens is the one that is meant; [`Problem::FactorMissing`];
    /// [`khoalai::Error::PassphraseWrong`]; [`Problem::SealBroken`] for whatever does not open or was
    /// changed; [`Problem::SealForeign`] for another seed than the reference names;
    /// [`khoalai::Error::HalvesMismatch`] for a half that is not this key's, or was not made for it;
    /// [`khoalai::Error::WeakCustody`] for one that the token guards less than the reference says;
    /// and what keeps a token from answering.
    pub fn open(&self, access: Access<'_>) -> Result<HybridKey> {
        if self.header.state == StateCode::Retired && self.algorithm.kind() == Kind::Signature {
            return Err(Problem::KeyRetired.into());
        }
        let opened = self.open_halves(access)?;
        let key = join(self.algorithm, opened.pq, opened.classical, access.secrets)?;
        // What was to be combined inside is not combined outside, whatever is permitted.
        if key.custody().combined < self.custody.combined {
            return Err(khoalai::Error::WeakCustody.into());
        }
        Ok(key)
    }

    pub(super) fn open_halves(&self, access: Access<'_>) -> Result<Opened> {
        if self.header.state == StateCode::Destroyed {
            return Err(Problem::KeyDestroyed.into());
        }
        // Nothing that the header says is believed before this.
        let guard = self.header.guard.as_ref().map(|guard| self.check_guard(guard, access)).transpose()?;
        let pq = self.open_half(Side::PostQuantum, access)?;
        let classical = self.open_half(Side::Classical, access)?;
        match (pq, classical) {
            (Half::InToken(pq), Half::InToken(classical)) => Ok(Opened { pq, classical, body: guard }),
            (Half::InFile(pq), Half::InToken(classical)) => {
                let (key, body, wrapping) = *pq;
                let pq = Found::in_memory(key, classical.token.clone());
                Ok(Opened { pq, classical, body: Some((body, wrapping)) })
            }
            (Half::InToken(pq), Half::InFile(classical)) => {
                let (key, body, wrapping) = *classical;
                let classical = Found::in_memory(key, pq.token.clone());
                Ok(Opened { pq, classical, body: Some((body, wrapping)) })
            }
            (Half::InFile(_), Half::InFile(_)) => Err(Problem::ReferenceUnfit.into()),
        }
    }

    fn open_half(&self, side: Side, access: Access<'_>) -> Result<Half> {
        let component = side.of(self.algorithm)?;
        let (raw, place, file_key, wrapping) = match self.location(side) {
            Location::Token(place) | Location::Adopted(place) => {
                return self.in_token(side, place, access).map(Half::InToken);
            }
            Location::Sealed(sealed) => {
                let (key, wrapping) = self.unwrap(sealed, access)?;
                let raw = unseal(&key, &self.header, &self.body)?;
                let place = sealed_place(wrapping.mechanism, sealed.factor.is_some());
                (raw, place, Some(key), Some(wrapping))
            }
            Location::Software(encrypted) => {
                let passphrase = access.factor(FactorKind::Passphrase)?.expose_passphrase()?;
                let raw = raw_key(component, encrypted.as_bytes(), passphrase)?;
                // Nothing that the header says is believed before this.
                let expected = voucher(&raw, &self.header.to_der()?)?;
                if !bool::from(expected.as_slice().ct_eq(&self.body)) {
                    return Err(Problem::SealBroken.into());
                }
                (raw, Place::Memory, None, None)
            }
            Location::Gone(_) => return Err(Problem::KeyDestroyed.into()),
        };
        let key = InMemory::new(khoalai::import(component, &raw).map_err(|_| Problem::SealForeign)?, place);
        if key.public()? != self.public_of(side) {
            return Err(Problem::SealForeign.into());
        }
        Ok(Half::InFile(Box::new((key, Body { raw, file_key }, wrapping))))
    }

    fn in_token(&self, side: Side, place: &InToken, access: Access<'_>) -> Result<Found> {
        let token = access.token(place)?;
        let key = self.token_key(side, token, place)?;
        let custody = key.custody();
        let told = if side == Side::PostQuantum { self.custody.pq } else { self.custody.classical };
        if custody.pq.or(custody.classical) < told {
            return Err(khoalai::Error::WeakCustody.into());
        }
        Ok(Found::in_token(Arc::new(key), token.clone()))
    }

    /// The half in a token, which has answered.
    pub(super) fn token_key(&self, side: Side, token: &Token, place: &InToken) -> Result<TokenKey> {
        let key = token.key(side.of(self.algorithm)?, &Uri::new().with_id(place.id.as_bytes())?)?;
        if key.public == self.public_of(side) { Ok(key) } else { Err(khoalai::Error::HalvesMismatch.into()) }
    }

    /// Whether the token's own key vouches for this header.
    fn check_guard(&self, guard: &Sealed, access: Access<'_>) -> Result<(Body, Option<WrappingKey>)> {
        let (key, wrapping) = self.unwrap(guard, access)?;
        let raw = unseal(&key, &self.header, &self.body)?;
        Ok((Body { raw, file_key: Some(key) }, Some(wrapping)))
    }

    /// The file key.
    fn unwrap(&self, sealed: &Sealed, access: Access<'_>) -> Result<(Zeroizing<[u8; 32]>, WrappingKey)> {
        // Asked for before the device is.
        let factor = match &sealed.factor {
            None => None,
            Some(factor @ (Factor::Passphrase(salt) | Factor::KeyFile(salt))) => {
                let salt: &[u8; 16] = salt.as_bytes().try_into().map_err(|_| Problem::ReferenceUnfit)?;
                Some((access.factor(factor_kind(factor))?, salt))
            }
        };
        let wrapping = self.wrapping_key(sealed, access)?;
        let of_token = wrapping.open(sealed.wrapped.as_bytes())?;
        let key = match factor {
            None => of_token,
            Some((factor, salt)) => file_key(&of_token, &*factor.key(salt)?)?,
        };
        Ok((key, wrapping))
    }

    pub(super) fn wrapping_key(&self, sealed: &Sealed, access: Access<'_>) -> Result<WrappingKey> {
        let place = &sealed.wrapping_key;
        let token = access.token(place)?;
        let mechanism = WrapMechanism::named(&sealed.mechanism).ok_or(Problem::ReferenceUnfit)?;
        let uri = Uri::parse(&place.uri)?;
        let name = uri.object().unwrap_or_default();
        let key = WrappingKey::find(token, mechanism, place.id.as_bytes(), name)?;
        // The wrapping key is dedicated, never a half.
        if key.is(self.header.classical_public.as_bytes()) {
            return Err(Problem::ReferenceUnfit.into());
        }
        Ok(key)
    }
}

/// The raw private key in an `EncryptedPrivateKeyInfo`.
fn raw_key(component: Algorithm, encrypted: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let der = decrypt(encrypted, passphrase)?;
    // CBC has no proof of its own: what is no key of this algorithm was opened with another passphrase.
    let decoded = pkcs8::decode(&der, &[component]).map_err(|_| khoalai::Error::PassphraseWrong)?;
    Ok(Zeroizing::new(decoded.expose_private_key()?.to_vec()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop anywhere")]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_by_all_that_it_says_of_itself() {
        let uri = |token, model| {
            let place = format!("pkcs11:token={token};manufacturer=A;model={model};serial=1");
            Uri::parse(&format!("{place};object=x;type=private")).unwrap()
        };
        let other_key = Uri::parse("pkcs11:token=a;manufacturer=A;model=m;serial=1;object=y;id=%01").unwrap();
        assert!(is_one_token(&uri("a", "m"), &other_key));
        assert!(!is_one_token(&uri("a", "m"), &uri("b", "m")));
        assert!(!is_one_token(&uri("a", "m"), &uri("a", "n")));
    }
}
