//! Making a hybrid key whose halves live apart, and sealing what is not in a token.

use super::KeyReference;
use super::form::{Factor, Header, InToken, Location, Sealed, StateCode, VERSION, time, unwritable};
use super::join::{Found, HybridKey, InMemory, claim, join};
use super::validate::{self, numbers, sealed_place, uri_of};
use crate::audit::EventKind;
use crate::claims::{Fingerprint, fingerprint};
use crate::component::Component;
use crate::error::{Error, Problem, Result};
use crate::factor::{FactorKind, SecondFactor, file_key, voucher};
use crate::key::TokenKey;
use crate::recovery::{Recovery, encrypt};
use crate::seal;
use crate::token::Token;
use crate::uri::{ObjectType, Uri};
use crate::whole::{ComponentSecrets, half_name};
use crate::wrapping::WrappingKey;
use alloc::sync::Arc;
use der::asn1::{Any, Null, OctetString};
use der::{Decode, Tag};
use khoalai::algorithm::Kind;
use khoalai::{Adoption, Algorithm, Place, PrivateKey, Random, Side};
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// Where a half is to live.
#[derive(Clone, Copy)]
pub enum Home<'a> {
    /// In this token.
    Token(&'a Token),
    /// In this token, where it is already: the one private key of the right algorithm whose name or
    /// identifier the URI says. The other half is to be a new one. What was used before loses what
    /// [`Adoption`] says; it needs a `CKA_ID`, to be found again.
    Adopted(&'a Token, &'a Uri, Adoption),
    /// In the reference, sealed under a key of this token.
    Sealed(&'a Token, Sealing<'a>),
    /// In the reference, under a passphrase.
    Software(&'a SecondFactor),
}

/// How a half is sealed.
#[derive(Clone, Copy, Default)]
pub struct Sealing<'a> {
    factor: Option<&'a SecondFactor>,
    classically: bool,
}

impl<'a> Sealing<'a> {
    /// By the token alone, which has to wrap by AES.
    #[must_use]
    pub const fn by_token() -> Self {
        Self { factor: None, classically: false }
    }

    /// By the token and this factor, so that the token may wrap by RSA or ECDH too.
    #[must_use]
    pub const fn with(self, factor: &'a SecondFactor) -> Self {
        Self { factor: Some(factor), ..self }
    }

    /// Permits a token that wraps by RSA or ECDH, without a second factor. Such a key is in
    /// [`Place::WrappedClassically`], which no policy permits by itself: whoever keeps the file can open
    /// it with a quantum computer.
    #[must_use]
    pub const fn permit_wrapped_classically(self) -> Self {
        Self { classically: true, ..self }
    }
}

/// What key to make.
pub struct NewKey<'a> {
    /// The hybrid.
    pub algorithm: Algorithm,
    /// Its name, here and in the tokens.
    pub name: &'a str,
    /// Where the post-quantum half is to live.
    pub pq: Home<'a>,
    /// Where the classical half is to live.
    pub classical: Home<'a>,
    /// Who opens messages when this key is lost.
    pub recovery: Recovery,
    /// What is permitted if both halves of a KEM live in one token, and it cannot combine their secrets.
    pub secrets: ComponentSecrets,
}

/// What was made so far in tokens. Dropped, all of it is destroyed again; what fails then was told before.
#[derive(Default)]
struct Making {
    keys: Vec<(Token, Arc<TokenKey>)>,
    claims: Vec<(Token, Fingerprint)>,
    wrapping: Option<WrappingKey>,
}

impl Drop for Making {
    fn drop(&mut self) {
        for (token, key) in &self.keys {
            let _ = token.destroy_key(key);
        }
        for (token, fingerprint) in &self.claims {
            let _ = token.forget_claim(fingerprint);
        }
        let _ = self.wrapping.as_ref().map(WrappingKey::destroy);
    }
}

impl Making {
    /// It is finished: nothing is taken back.
    fn keep(mut self) {
        self.keys.clear();
        self.claims.clear();
        self.wrapping = None;
    }
}

/// A half that was made.
struct Made {
    found: Found,
    public: Vec<u8>,
    location: Location,
}

/// What a reference's body is made of: a private key, and the file key if it is to be sealed.
pub(super) struct Body {
    pub(super) raw: Zeroizing<Vec<u8>>,
    pub(super) file_key: Option<Zeroizing<[u8; 32]>>,
}

/// Each file key encrypts once.
const NONCE: [u8; 12] = [0; 12];
const SEALED: &[u8] = b"khoalai key reference v1 sealed half";

fn associated(header: &[u8]) -> Vec<u8> {
    [SEALED, header].concat()
}

impl Body {
    /// The body for this header.
    pub(super) fn write(&self, header: &Header) -> Result<Vec<u8>> {
        let header = header.to_der()?;
        match &self.file_key {
            Some(key) => seal::encrypt(key, &NONCE, &associated(&header), &self.raw),
            None => Ok(voucher(&self.raw, &header)?.to_vec()),
        }
    }
}

/// The private key that was sealed under this header.
pub(super) fn unseal(key: &[u8; 32], header: &Header, body: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let opened = seal::decrypt(key, &NONCE, &associated(&header.to_der()?), body);
    opened.ok_or_else(|| Problem::SealBroken.into())
}

/// A fresh file key of this wrapping key and, if there is one, the factor, and where it says so.
pub(super) fn fresh_seal(
    wrapping: &WrappingKey,
    place: InToken,
    factor: Option<&SecondFactor>,
    random: &mut dyn Random,
) -> Result<(Zeroizing<[u8; 32]>, Sealed)> {
    let (of_token, wrapped) = wrapping.fresh(random)?;
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    let key = match factor {
        None => of_token,
        Some(factor) => file_key(&of_token, &*factor.key(&salt)?)?,
    };
    let factor = factor.map(|factor| match factor.kind() {
        FactorKind::Passphrase => octets(&salt).map(Factor::Passphrase),
        FactorKind::KeyFile => octets(&salt).map(Factor::KeyFile),
    });
    let sealed = Sealed {
        wrapping_key: place,
        mechanism: wrapping.mechanism.name().into(),
        factor: factor.transpose()?,
        wrapped: octets(&wrapped)?,
    };
    Ok((key, sealed))
}

fn octets(bytes: &[u8]) -> Result<OctetString> {
    OctetString::new(bytes).map_err(unwritable)
}

fn in_token(token: &Token, id: &[u8], name: &str, object: ObjectType) -> Result<InToken> {
    let identity = token.identity();
    let uri = uri_of(identity, id, name, object)?.to_string();
    Ok(InToken { uri, serial: identity.serial.clone(), id: octets(id)? })
}

impl KeyReference {
    /// Makes a hybrid key. If anything fails, nothing stays in the tokens.
    ///
    /// At least one half lives in a token; the other may be in another one, sealed, or under a
    /// passphrase. What comes back first is to be written to a file before anybody is told the public key.
    ///
    /// # Errors
    /// [`Problem::ReferenceUnfit`] for two halves outside tokens, for two that are adopted, or a name that
    /// cannot be shown; [`khoalai::Error::KeyReused`] and [`Problem::KeyWithoutId`] for a key that cannot be
    /// adopted;
    /// [`Problem::WrapNotPostQuantum`], [`Problem::WrapUnavailable`]; [`Problem::RecoveryUnfit`]; what
    /// making a half in a token can say.
    pub fn generate(new: &NewKey<'_>, random: &mut dyn Random) -> Result<(Self, HybridKey)> {
        let algorithm = new.algorithm;
        validate::name(new.name)?;
        let halves = [(Side::PostQuantum, new.pq), (Side::Classical, new.classical)];
        // All that can be known before a device is touched.
        for (side, _) in halves {
            side.of(algorithm)?;
        }
        new.recovery.check(algorithm)?;
        let recovery = match new.recovery.spki()? {
            Some(spki) => Any::from_der(&spki).map_err(unwritable)?,
            None => Any::from(Null),
        };
        if halves.iter().all(|(_, home)| matches!(home, Home::Adopted(..))) {
            return Err(Error::from(Problem::ReferenceUnfit).about("halves"));
        }
        let anchor = halves
            .iter()
            .find_map(|(_, home)| match home {
                Home::Token(token) | Home::Adopted(token, ..) => Some(*token),
                Home::Sealed(..) | Home::Software(_) => None,
            })
            .ok_or_else(|| Error::from(Problem::ReferenceUnfit).about("halves"))?;

        // Two halves of a KEM in one token are that token's to combine.
        if let [
            (_, Home::Token(pq) | Home::Adopted(pq, ..)),
            (_, Home::Token(classical) | Home::Adopted(classical, ..)),
        ] = halves
            && algorithm.kind() == Kind::Kem
            && pq.number() == classical.number()
        {
            pq.can_combine(algorithm, new.secrets)?;
        }

        let (mut making, mut body) = (Making::default(), None);
        // What is in the token first: it is the more likely to fail.
        let mut made = [None, None];
        for in_token in [true, false] {
            for ((side, home), made) in halves.into_iter().zip(&mut made) {
                if matches!(home, Home::Token(_) | Home::Adopted(..)) == in_token {
                    let half = half(&mut making, &mut body, new, (side, home), anchor, random);
                    *made = Some(half?);
                }
            }
        }
        let [Some(pq), Some(classical)] = made else { return Err(khoalai::Error::HalvesMismatch.into()) };

        let guard = if body.is_none() {
            let tokens = [&classical.found.token, &pq.found.token];
            let (key, guard) = guard(&mut making, tokens, new.name, random)?;
            body = Some(Body { raw: Zeroizing::default(), file_key: Some(key) });
            Some(guard)
        } else {
            None
        };

        let key = join(algorithm, pq.found, classical.found, new.secrets)?;
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let oid =
            algorithm.row().identifier.map(|identifier| Any::new(Tag::ObjectIdentifier, identifier.oid));
        let header = Header {
            version: VERSION,
            algorithm: algorithm.name().into(),
            oid: oid.transpose().map_err(unwritable)?,
            purpose: validate::purpose(algorithm).into(),
            name: new.name.into(),
            state: StateCode::Active,
            created: time(created)?,
            pq_public: octets(&pq.public)?,
            classical_public: octets(&classical.public)?,
            pq: pq.location,
            classical: classical.location,
            custody: numbers(key.custody())?,
            recovery,
            guard,
        };
        let body = body.map(|body: Body| body.write(&header)).transpose()?.unwrap_or_default();
        let reference = Self::new(header, &body)?;
        making.keep();
        Ok((reference, key))
    }
}

/// What vouches for a header whose halves are both in tokens: a key of the first of them that has AES.
fn guard(
    making: &mut Making,
    tokens: [&Token; 2],
    name: &str,
    random: &mut dyn Random,
) -> Result<(Zeroizing<[u8; 32]>, Sealed)> {
    let name = format!("{name}.seal");
    for token in tokens {
        let wrapping = match WrappingKey::make(token, &name, false, random) {
            Err(error) if error == Problem::WrapNotPostQuantum => continue,
            made => making.wrapping.insert(made?),
        };
        let place = in_token(token, &wrapping.place.id, &name, ObjectType::SecretKey)?;
        return fresh_seal(wrapping, place, None, random);
    }
    Err(Problem::WrapUnavailable.into())
}

/// Makes one half.
fn half(
    making: &mut Making,
    body: &mut Option<Body>,
    new: &NewKey<'_>,
    (side, home): (Side, Home<'_>),
    anchor: &Token,
    random: &mut dyn Random,
) -> Result<Made> {
    let component = side.of(new.algorithm)?;
    if let Home::Token(token) = home {
        let name = half_name(new.name, side);
        let key = Arc::new(token.make(Component::of(component)?, &name, random)?);
        making.keys.push((token.clone(), Arc::clone(&key)));
        claim(token, &key.public, new.algorithm)?;
        let location = Location::Token(in_token(token, &key.place.id, &name, ObjectType::Private)?);
        let public = key.public.clone();
        return Ok(Made { found: Found::in_token(key, token.clone()), public, location });
    }
    if let Home::Adopted(token, uri, Adoption::LosesFreshness) = home {
        return adopt(making, new, component, token, uri);
    }
    let made = khoalai::generate(component, random)?;
    let (location, place, file_key) = match home {
        Home::Sealed(token, sealing) => {
            let classical_too = sealing.classically || sealing.factor.is_some();
            let name = format!("{}.seal", new.name);
            let wrapping = making.wrapping.insert(WrappingKey::make(token, &name, classical_too, random)?);
            let object = if wrapping.mechanism.is_post_quantum() {
                ObjectType::SecretKey
            } else {
                ObjectType::Private
            };
            let place = in_token(token, &wrapping.place.id, &name, object)?;
            let (key, sealed) = fresh_seal(wrapping, place, sealing.factor, random)?;
            let place = sealed_place(wrapping.mechanism, sealing.factor.is_some());
            (Location::Sealed(sealed), place, Some(key))
        }
        Home::Software(passphrase) => {
            let raw = InMemory::new(made, Place::Memory);
            let encrypted = encrypt(component, &raw.expose()?, passphrase.expose_passphrase()?, random)?;
            return finish(making, body, new, anchor, raw, Location::Software(octets(&encrypted)?), None);
        }
        Home::Token(_) | Home::Adopted(..) => return Err(khoalai::Error::HalvesMismatch.into()),
    };
    finish(making, body, new, anchor, InMemory::new(made, place), location, file_key)
}

/// Takes a key that is there already for one half.
fn adopt(
    making: &mut Making,
    new: &NewKey<'_>,
    component: Algorithm,
    token: &Token,
    uri: &Uri,
) -> Result<Made> {
    let key = token.key(component, uri)?;
    let adopted = if key.place.id.is_empty() {
        Err(Problem::KeyWithoutId.into())
    } else {
        claim(token, &key.public, new.algorithm)
    };
    key.note(EventKind::KeyAdopted, adopted.as_ref().err());
    adopted?;
    making.claims.push((token.clone(), fingerprint(&key.public)));
    let location = Location::Adopted(in_token(token, &key.place.id, &key.place.label, ObjectType::Private)?);
    let public = key.public.clone();
    Ok(Made { found: Found::in_token(Arc::new(key), token.clone()), public, location })
}

/// A half that software made: claimed, and remembered for the body.
fn finish(
    making: &mut Making,
    body: &mut Option<Body>,
    new: &NewKey<'_>,
    anchor: &Token,
    key: InMemory,
    location: Location,
    file_key: Option<Zeroizing<[u8; 32]>>,
) -> Result<Made> {
    let public = key.public()?;
    claim(anchor, &public, new.algorithm)?;
    making.claims.push((anchor.clone(), fingerprint(&public)));
    *body = Some(Body { raw: key.expose()?, file_key });
    Ok(Made { found: Found::in_memory(key, anchor.clone()), public, location })
}
