//! Keys of a token that wrap file keys and do nothing else.
//!
//! What a token offers is tried, not asked. `AES_KEY_WRAP_PAD` is not among it: three modules mean three
//! things by it.

use crate::audit::EventKind;
use crate::component::Component;
use crate::error::{Error, Problem, Result};
use crate::key::{TokenKey, of_use};
use crate::lane::{Desk, Done};
use crate::object;
use crate::raw::{Mechanism, Rv};
use crate::templates::{self, Place, SECRET_USES};
use crate::token::Token;
use crate::uri::Uri;
use crate::whole::keeps_from_trying;
use cryptoki::object::{ObjectClass, ObjectHandle};
use cryptoki_sys::*;
use khoalai::{Algorithm, P256_SHARE, PrivateKey, RSA2048_OAEP_SHA256, Random};
use zeroize::Zeroizing;

/// A file key, or what one is made of.
pub(crate) type FileKey = Zeroizing<[u8; 32]>;

/// How a token wraps file keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrapMechanism {
    /// AES-256 key wrap with padding (RFC 5649): `CKM_AES_KEY_WRAP_KWP`.
    AesKwp,
    /// AES-256 key wrap (RFC 3394): `CKM_AES_KEY_WRAP`.
    AesKw,
    /// AES-256-GCM over the bytes of the file key: `CKM_AES_GCM`.
    AesGcm,
    /// AES-256-CBC over the bytes of the file key, without padding: `CKM_AES_CBC`.
    AesCbc,
    /// ECDH on P-256 with a fresh peer. No protection against quantum computers by itself.
    EcdhP256,
    /// RSA-2048 with OAEP. No protection against quantum computers by itself.
    RsaOaep2048,
}

impl WrapMechanism {
    /// Every way, in the order in which they are tried.
    pub const ALL: [Self; 6] =
        [Self::AesKwp, Self::AesKw, Self::AesGcm, Self::AesCbc, Self::EcdhP256, Self::RsaOaep2048];

    /// As a reference records it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AesKwp => "AES-256-KWP",
            Self::AesKw => "AES-256-KW",
            Self::AesGcm => "AES-256-GCM",
            Self::AesCbc => "AES-256-CBC",
            Self::EcdhP256 => "ECDH-P256",
            Self::RsaOaep2048 => "RSA2048-OAEP-SHA256",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name() == name)
    }

    /// Whether a quantum computer does not open what is wrapped so.
    #[must_use]
    pub const fn is_post_quantum(self) -> bool {
        self.share().is_none()
    }

    /// The share whose secret is the file key, if it is not AES.
    const fn share(self) -> Option<Algorithm> {
        match self {
            Self::EcdhP256 => Some(P256_SHARE),
            Self::RsaOaep2048 => Some(RSA2048_OAEP_SHA256),
            Self::AesKwp | Self::AesKw | Self::AesGcm | Self::AesCbc => None,
        }
    }

    /// How long a wrapped file key is.
    pub(crate) const fn wrapped_len(self) -> usize {
        match self {
            Self::AesKwp | Self::AesKw => 40,
            Self::AesGcm => 12 + 32 + 16,
            Self::AesCbc => 16 + 32,
            Self::EcdhP256 => P256_SHARE.ciphertext_len(),
            Self::RsaOaep2048 => RSA2048_OAEP_SHA256.ciphertext_len(),
        }
    }

    const fn wraps(self) -> bool {
        matches!(self, Self::AesKwp | Self::AesKw)
    }

    /// The mechanism of PKCS#11, with what stands in front of the ciphertext, and the ciphertext.
    fn split<T>(self, wrapped: &[u8], then: impl FnOnce(&Mechanism<'_>, &[u8]) -> T) -> Option<T> {
        Some(match self {
            Self::AesKwp => then(&Mechanism::Plain(CKM_AES_KEY_WRAP_KWP), wrapped),
            Self::AesKw => then(&Mechanism::Plain(CKM_AES_KEY_WRAP), wrapped),
            Self::AesGcm => {
                let (nonce, rest) = wrapped.split_first_chunk()?;
                then(&Mechanism::Gcm(nonce, b""), rest)
            }
            Self::AesCbc => {
                let (iv, rest) = wrapped.split_first_chunk()?;
                then(&Mechanism::Cbc(iv), rest)
            }
            Self::EcdhP256 | Self::RsaOaep2048 => return None,
        })
    }
}

/// A wrapping key. It remembers how to find itself.
pub(crate) struct WrappingKey {
    token: Token,
    pub(crate) mechanism: WrapMechanism,
    pub(crate) place: Place,
    /// The key of a share, if it is not AES.
    share: Option<TokenKey>,
}

impl WrappingKey {
    /// Makes the best wrapping key that this token can use.
    pub(crate) fn make(
        token: &Token,
        name: &str,
        classical_too: bool,
        random: &mut dyn Random,
    ) -> Result<Self> {
        let mut failure = Problem::WrapUnavailable.into();
        for mechanism in WrapMechanism::ALL {
            if !mechanism.is_post_quantum() && !classical_too {
                return Err(Problem::WrapNotPostQuantum.into());
            }
            match Self::make_by(token, name, mechanism, random) {
                Err(error) if keeps_from_trying(&error) && !is_about_the_way(&error) => return Err(error),
                Err(error) => failure = Error::from(Problem::WrapUnavailable).about(error.code()),
                made => return made,
            }
        }
        Err(failure)
    }

    fn make_by(token: &Token, name: &str, mechanism: WrapMechanism, random: &mut dyn Random) -> Result<Self> {
        if let Some(share) = mechanism.share() {
            let share = token.make(Component::of(share)?, name, random)?;
            let place = Place::clone(&share.place);
            return Ok(Self { token: token.clone(), mechanism, place, share: Some(share) });
        }
        let place = token.new_place(name, random)?;
        let wanted = place.clone();
        let made = token.write(move |desk| make_aes(desk, mechanism, &wanted)).map_err(Error::from);
        token.slot.note(EventKind::KeyMade, Some((name, mechanism.name())), made.as_ref().err());
        made?;
        let key = Self { token: token.clone(), mechanism, place, share: None };
        // What works is known only when it has worked.
        let proved = key.prove(random);
        if let Err(error) = proved {
            key.destroy()?;
            return Err(error);
        }
        Ok(key)
    }

    /// Finds the key with this identifier, and believes nothing that it does not say of itself.
    pub(crate) fn find(token: &Token, mechanism: WrapMechanism, id: &[u8], name: &str) -> Result<Self> {
        let place = Place { id: id.to_vec(), label: name.into(), only_named: None };
        let share = match mechanism.share() {
            Some(share) => {
                let key = token.key(share, &Uri::new().with_id(id)?)?;
                if !(key.facts.closed && key.facts.single_use) {
                    return Err(Problem::AttributesDiffer.into());
                }
                Some(key)
            }
            None => {
                let wanted = place.clone();
                token.run(move |desk| look(desk, mechanism, find(desk, &wanted)?))?;
                None
            }
        };
        Ok(Self { token: token.clone(), mechanism, place, share })
    }

    /// 32 fresh bytes, and the same wrapped.
    pub(crate) fn fresh(&self, random: &mut dyn Random) -> Result<(FileKey, Vec<u8>)> {
        let mut file_key = Zeroizing::new([0; 32]);
        if let Some(share) = &self.share {
            let algorithm = share.algorithm();
            let mut wrapped = vec![0; algorithm.ciphertext_len()];
            algorithm.encapsulate(&share.public, random, &mut wrapped, &mut *file_key)?;
            return Ok((file_key, wrapped));
        }
        let mut front = [0; 16];
        random.fill(&mut *file_key)?;
        random.fill(&mut front)?;
        let (mechanism, place, own) = (self.mechanism, self.place.clone(), file_key.clone());
        let outcome = self.token.run(move |desk| wrap(desk, mechanism, &place, &own, &front));
        let wrapped = outcome.map_err(|fault| of_use(fault, Problem::WrapUnavailable))?;
        if wrapped.len() != self.mechanism.wrapped_len() {
            return Err(Problem::WrapUnavailable.into());
        }
        Ok((file_key, wrapped))
    }

    /// The 32 bytes again.
    pub(crate) fn open(&self, wrapped: &[u8]) -> Result<FileKey> {
        if wrapped.len() != self.mechanism.wrapped_len() {
            return Err(Problem::SealBroken.into());
        }
        let mut file_key = Zeroizing::new([0; 32]);
        if let Some(share) = &self.share {
            let opened = share.decapsulate(wrapped, &mut khoalai::SystemRandom, &mut *file_key);
            return match opened {
                Ok(()) => Ok(file_key),
                Err(khoalai::Error::DecapsulationFailed | khoalai::Error::Malformed) => {
                    Err(Problem::SealBroken.into())
                }
                Err(error) => Err(error.into()),
            };
        }
        let (mechanism, place, wrapped) = (self.mechanism, self.place.clone(), wrapped.to_vec());
        let outcome = self.token.run(move |desk| unwrap(desk, mechanism, &place, &wrapped));
        let found = outcome.map_err(|fault| of_use(fault, Problem::SealBroken))?;
        *file_key = found.as_slice().try_into().map_err(|_| Problem::SealBroken)?;
        Ok(file_key)
    }

    fn prove(&self, random: &mut dyn Random) -> Result<()> {
        let (file_key, wrapped) = self.fresh(random)?;
        let (other, wrapped_again) = self.fresh(random)?;
        // A device that wraps nothing, or does not unwrap.
        let hidden = !wrapped.windows(16).any(|window| file_key.windows(16).any(|own| own == window));
        let right = hidden
            && wrapped != wrapped_again
            && *self.open(&wrapped)? == *file_key
            && *self.open(&wrapped_again)? == *other;
        if right { Ok(()) } else { Err(Problem::WrapUnavailable.into()) }
    }

    /// Destroys it, and with it everything that it wrapped.
    pub(crate) fn destroy(&self) -> Result<()> {
        if let Some(share) = &self.share {
            return self.token.destroy_key(share);
        }
        let place = self.place.clone();
        let outcome = self.token.write(move |desk| {
            for key in all(desk, &place)? {
                desk.session.destroy_object(key)?;
            }
            Ok(())
        });
        let outcome = outcome.map_err(Error::from);
        let about = Some((self.place.label.as_str(), self.mechanism.name()));
        self.token.slot.note(EventKind::KeyDestroyed, about, outcome.as_ref().err());
        outcome
    }

    /// Whether this public key is the wrapping key's own: it must not be a half as well.
    pub(crate) fn is(&self, public: &[u8]) -> bool {
        self.share.as_ref().is_some_and(|share| share.public == public)
    }
}

/// Whether it was this way of wrapping that failed, so that another one may work.
fn is_about_the_way(error: &Error) -> bool {
    use Problem::{KeyFails, SealBroken, WrapUnavailable};
    matches!(error.problem(), Some(WrapUnavailable | SealBroken | KeyFails))
}

fn all(desk: &Desk<'_>, place: &Place) -> Done<Vec<ObjectHandle>> {
    object::search(desk, &templates::search(ObjectClass::SECRET_KEY, &place.id))
}

fn find(desk: &Desk<'_>, place: &Place) -> Done<ObjectHandle> {
    match all(desk, place)?.as_slice() {
        [key] => Ok(*key),
        [] => Err(khoalai::Error::NotFound.into()),
        _ => Err(Problem::KeyAmbiguous.into()),
    }
}

fn make_aes(desk: &Desk<'_>, mechanism: WrapMechanism, place: &Place) -> Done<()> {
    // The rest of an attempt that was cut off: the identifier is random, so they are ours.
    for key in all(desk, place)? {
        desk.session.destroy_object(key)?;
    }
    let same = templates::search_named(ObjectClass::SECRET_KEY, &place.label);
    if !desk.find(&same)?.is_empty() {
        return Err(Problem::NameTaken.into());
    }
    let template = templates::wrapping(place, mechanism.wraps());
    let key = desk.session.generate_key(&cryptoki::mechanism::Mechanism::AesKeyGen, template.get())?;
    let looked = look(desk, mechanism, key);
    if looked.is_err() || !desk.is_awaited() {
        desk.session.destroy_object(key)?;
    }
    looked
}

/// Whether the key is what was asked for: an AES-256 key that never leaves, never was elsewhere, and has
/// this use alone.
fn look(desk: &Desk<'_>, mechanism: WrapMechanism, key: ObjectHandle) -> Done<()> {
    let attributes = desk.library.raw.attributes(desk.handle(), key.handle());
    let own: [CK_ATTRIBUTE_TYPE; 2] =
        if mechanism.wraps() { [CKA_WRAP, CKA_UNWRAP] } else { [CKA_ENCRYPT, CKA_DECRYPT] };
    let mut right = attributes.number(CKA_KEY_TYPE)? == Some(CKK_AES)
        && attributes.number(CKA_VALUE_LEN)? == Some(32)
        && attributes.flag(CKA_EXTRACTABLE)? == Some(false);
    for kind in [CKA_PRIVATE, CKA_SENSITIVE, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE] {
        right &= attributes.flag(kind)? == Some(true);
    }
    for kind in SECRET_USES {
        right &= (attributes.flag(kind)? == Some(true)) == own.contains(&kind);
    }
    if right { Ok(()) } else { Err(Problem::AttributesDiffer.into()) }
}

fn wrap(
    desk: &Desk<'_>,
    mechanism: WrapMechanism,
    place: &Place,
    file_key: &[u8; 32],
    front: &[u8; 16],
) -> Done<Vec<u8>> {
    let key = find(desk, place)?.handle();
    let (raw, session) = (&desk.library.raw, desk.handle());
    if mechanism.wraps() {
        let object = desk.session.create_object(templates::file_key(Some(file_key)).get())?.handle();
        let wrapped = mechanism.split(&[], |mechanism, _| raw.wrap(session, mechanism, key, object, 64));
        raw.destroy(session, object)?;
        return Ok(wrapped.ok_or(Rv::MISSING)??.to_vec());
    }
    let front_len = mechanism.wrapped_len() - if mechanism == WrapMechanism::AesGcm { 48 } else { 32 };
    let front = front.get(..front_len).unwrap_or_default();
    let encrypted = mechanism.split(front, |mechanism, _| raw.encrypt(session, mechanism, key, file_key, 64));
    Ok([front, &encrypted.ok_or(Rv::MISSING)??].concat())
}

fn unwrap(
    desk: &Desk<'_>,
    mechanism: WrapMechanism,
    place: &Place,
    wrapped: &[u8],
) -> Done<Zeroizing<Vec<u8>>> {
    let key = find(desk, place)?.handle();
    let (raw, session) = (&desk.library.raw, desk.handle());
    let opened = mechanism.split(wrapped, |mechanism_, rest| {
        if !mechanism.wraps() {
            return raw.decrypt(session, mechanism_, key, rest, 64, || Ok(()));
        }
        let object = raw.unwrap(session, mechanism_, key, rest, &templates::file_key(None))?;
        let value = raw.attributes(session, object).bytes(CKA_VALUE);
        raw.destroy(session, object)?;
        value?.ok_or(Rv(CKR_ATTRIBUTE_SENSITIVE))
    });
    Ok(opened.ok_or(Rv::MISSING)??)
}
