//! What a reference says has to be what some key of ours can be. All of it is looked at when it is read.

use super::form::{Custody as Numbers, Factor, Header, InToken, Location, Sealed, StateCode};
use super::{MAX_NAME, form};
use crate::error::{Error, Problem, Result};
use crate::recovery::fits as fits_recovery;
use crate::slot::Identity;
use crate::uri::{ObjectType, Uri};
use crate::wrapping::WrapMechanism;
use der::asn1::Any;
use der::{Encode, Tag, Tagged};
use khoalai::algorithm::Kind;
use khoalai::encode::encrypted::Encrypted;
use khoalai::{Algorithm, Custody, Place, PublicKey, Side};

/// The tag of AES-GCM.
const TAG: usize = 16;
/// How long a voucher is.
const VOUCHER: usize = 32;

fn unfit(what: &'static str) -> Error {
    Error::from(Problem::ReferenceUnfit).about(what)
}

fn ensure(right: bool, what: &'static str) -> Result<()> {
    if right { Ok(()) } else { Err(unfit(what)) }
}

/// What keys of an algorithm are for.
pub(super) const fn purpose(algorithm: Algorithm) -> &'static str {
    match algorithm.kind() {
        Kind::Signature => "sign",
        _ => "decapsulate",
    }
}

/// The algorithm and the custody that a header names, if all of it holds together.
pub(super) fn header(header: &Header) -> Result<(Algorithm, Custody)> {
    let algorithm = Algorithm::named(&header.algorithm).ok_or_else(|| unfit("algorithm"))?;
    let component = |side: Side| side.of(algorithm).map_err(|_| unfit("algorithm"));
    let (pq, classical) = (component(Side::PostQuantum)?, component(Side::Classical)?);
    let oid = header.oid.as_ref().map(|oid| (oid.tag(), oid.value()));
    let known = algorithm.row().identifier.map(|identifier| (Tag::ObjectIdentifier, identifier.oid));
    ensure(oid == known, "oid")?;
    ensure(header.purpose == purpose(algorithm), "purpose")?;
    name(&header.name)?;

    let (pq_public, classical_public) = (header.pq_public.as_bytes(), header.classical_public.as_bytes());
    pq.check_public_key(pq_public).map_err(|_| unfit("post-quantum public key"))?;
    classical.check_public_key(classical_public).map_err(|_| unfit("classical public key"))?;

    locations(header)?;
    guard(header)?;
    let custody = Custody::hybrid(
        place(header.custody.pq)?,
        place(header.custody.classical)?,
        place(header.custody.combined)?,
    );
    ensure(fits(&header.pq, custody.pq) && fits(&header.classical, custody.classical), "custody")?;
    // Of a destroyed key it is still told where its secrets were.
    let one_device = match (&header.pq, &header.classical) {
        (Location::Gone(_), Location::Gone(_)) => true,
        (pq, classical) => matches!((pq.in_token(), classical.in_token()),
            (Some(pq), Some(classical)) if pq.serial == classical.serial),
    };
    let combined_inside = custody.combined == Place::Device && algorithm.kind() == Kind::Kem && one_device;
    ensure(custody.combined == Place::Memory || combined_inside, "custody")?;

    if let Some(key) = recovery(&header.recovery)? {
        fits_recovery(algorithm, &[pq_public, classical_public].concat(), &key)
            .map_err(|_| unfit("recovery key"))?;
    }
    Ok((algorithm, custody))
}

/// Whether the body has the length that it must have.
pub(super) fn body(header: &Header, body: &[u8]) -> Result<()> {
    let algorithm = Algorithm::named(&header.algorithm).ok_or_else(|| unfit("algorithm"))?;
    let halves = [(Side::PostQuantum, &header.pq), (Side::Classical, &header.classical)];
    // Of a guard there is the tag alone.
    let mut right = body.len() == if header.guard.is_some() { TAG } else { 0 };
    for (side, location) in halves {
        match location {
            Location::Sealed(_) => {
                let component = side.of(algorithm)?;
                let most = component.private_key_len() + TAG;
                right = body.len() == most || (component.row().varies && (TAG..most).contains(&body.len()));
            }
            Location::Software(_) => right = body.len() == VOUCHER,
            Location::Token(_) | Location::Adopted(_) | Location::Gone(_) => {}
        }
    }
    ensure(right, "body")
}

/// A name that can be shown on one line.
pub(super) fn name(name: &str) -> Result<()> {
    let shown = !name.is_empty() && name.len() <= MAX_NAME && name.trim() == name;
    ensure(shown && !name.chars().any(char::is_control), "name")
}

/// At least one half is in a token, at most one is in the file, and at most one was there before; destroyed
/// keys have none anywhere.
fn locations(header: &Header) -> Result<()> {
    let halves = [&header.pq, &header.classical];
    let gone = halves.map(|half| matches!(half, Location::Gone(_)));
    if header.state == StateCode::Destroyed {
        return ensure(gone == [true, true], "state");
    }
    ensure(gone == [false, false], "state")?;
    ensure(halves.iter().any(|half| half.in_token().is_some()), "halves")?;
    ensure(!halves.iter().all(|half| matches!(half, Location::Adopted(_))), "halves")?;
    for (half, other) in [(&header.pq, &header.classical), (&header.classical, &header.pq)] {
        match half {
            Location::Token(place) | Location::Adopted(place) => {
                in_token(place, ObjectType::Private)?;
                // Two halves are two keys.
                ensure(!is_at(other, place), "halves")?;
            }
            Location::Sealed(sealed) => self::sealed(sealed, other)?,
            Location::Software(encrypted) => {
                Encrypted::read(encrypted.as_bytes()).map_err(|_| unfit("encrypted half"))?;
            }
            Location::Gone(_) => {}
        }
    }
    Ok(())
}

/// Exactly what has its halves in tokens is guarded, by a key of one of them, and by AES: whatever is wrapped
/// by RSA or ECDH, anybody could have wrapped.
fn guard(header: &Header) -> Result<()> {
    let halves = [&header.pq, &header.classical];
    let in_tokens = halves.iter().all(|half| half.in_token().is_some());
    let Some(guard) = &header.guard else { return ensure(!in_tokens, "guard") };
    let by_aes = WrapMechanism::named(&guard.mechanism).is_some_and(WrapMechanism::is_post_quantum);
    let serial = &guard.wrapping_key.serial;
    let at_home = halves.iter().any(|half| half.in_token().is_some_and(|place| place.serial == *serial));
    ensure(in_tokens && by_aes && at_home && guard.factor.is_none(), "guard")?;
    halves.iter().try_for_each(|half| sealed(guard, half))
}

fn sealed(sealed: &Sealed, other: &Location) -> Result<()> {
    let mechanism = WrapMechanism::named(&sealed.mechanism).ok_or_else(|| unfit("wrapping mechanism"))?;
    let key = &sealed.wrapping_key;
    let object = if mechanism.is_post_quantum() { ObjectType::SecretKey } else { ObjectType::Private };
    in_token(key, object)?;
    ensure(sealed.wrapped.as_bytes().len() == mechanism.wrapped_len(), "wrapped file key")?;
    if let Some(Factor::Passphrase(salt) | Factor::KeyFile(salt)) = &sealed.factor {
        ensure(salt.as_bytes().len() == 16, "salt")?;
    }
    // The wrapping key is dedicated, never a half.
    ensure(!is_at(other, key), "wrapping key")
}

/// Whether the half is that object.
fn is_at(half: &Location, place: &InToken) -> bool {
    half.in_token().is_some_and(|half| (&half.serial, &half.id) == (&place.serial, &place.id))
}

/// An object of a token, by a URI that names the token and the object in one way and nothing else: no
/// module, no slot, no query.
fn in_token(place: &InToken, object: ObjectType) -> Result<()> {
    let uri = Uri::parse(&place.uri).map_err(|_| unfit("URI"))?;
    let field = |field: Option<&str>| field.map(ToOwned::to_owned).ok_or_else(|| unfit("URI"));
    let identity = Identity {
        label: field(uri.token())?,
        manufacturer: field(uri.manufacturer())?,
        model: field(uri.model())?,
        serial: field(uri.serial())?,
    };
    ensure(!place.id.as_bytes().is_empty() && identity.serial == place.serial, "URI")?;
    let again = uri_of(&identity, place.id.as_bytes(), uri.object().unwrap_or_default(), object)?;
    ensure(again.to_string() == place.uri, "URI")
}

/// The URI of an object of a token.
pub(super) fn uri_of(token: &Identity, id: &[u8], name: &str, object: ObjectType) -> Result<Uri> {
    Uri::new()
        .with_model(&token.model)?
        .with_manufacturer(&token.manufacturer)?
        .with_serial(&token.serial)?
        .with_token(&token.label)?
        .with_id(id)?
        .with_object(name)?
        .with_object_type(object)
}

const PLACES: [(u8, Place); 5] = [
    (7, Place::WrappedClassically),
    (10, Place::Memory),
    (30, Place::Sealed),
    (60, Place::OpenDevice),
    (90, Place::Device),
];

fn place(number: u8) -> Result<Place> {
    PLACES.iter().find(|(known, _)| *known == number).map(|(_, place)| *place).ok_or_else(|| unfit("custody"))
}

fn number(place: Option<Place>) -> Result<u8> {
    PLACES
        .iter()
        .find(|(_, known)| Some(*known) == place)
        .map(|(number, _)| *number)
        .ok_or_else(|| unfit("custody"))
}

/// A custody in the numbers that a reference has for places.
pub(super) fn numbers(custody: Custody) -> Result<Numbers> {
    Ok(Numbers {
        pq: number(custody.pq)?,
        classical: number(custody.classical)?,
        combined: number(Some(custody.combined))?,
    })
}

/// The place of a half that is sealed so.
pub(super) const fn sealed_place(mechanism: WrapMechanism, has_factor: bool) -> Place {
    if mechanism.is_post_quantum() || has_factor { Place::Sealed } else { Place::WrappedClassically }
}

/// Whether a half that is there can have this custody.
fn fits(location: &Location, custody: Option<Place>) -> bool {
    match location {
        Location::Token(_) | Location::Adopted(_) => {
            matches!(custody, Some(Place::Device | Place::OpenDevice))
        }
        Location::Sealed(sealed) => WrapMechanism::named(&sealed.mechanism)
            .is_some_and(|mechanism| custody == Some(sealed_place(mechanism, sealed.factor.is_some()))),
        Location::Software(_) => custody == Some(Place::Memory),
        // As it was.
        Location::Gone(_) => custody.is_some(),
    }
}

/// The recovery key, from its SubjectPublicKeyInfo or NULL.
pub(super) fn recovery(field: &Any) -> Result<Option<PublicKey<Vec<u8>>>> {
    if field.tag() == Tag::Null {
        return if field.value().is_empty() { Ok(None) } else { Err(unfit("recovery key")) };
    }
    let spki = field.to_der().map_err(form::unwritable)?;
    let key = PublicKey::from_spki(&spki, Algorithm::ALL).map_err(|_| unfit("recovery key"))?;
    Ok(Some(PublicKey::new(key.algorithm(), key.as_bytes().to_vec())?))
}
