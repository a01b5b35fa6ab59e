//! The grammar of RFC 7512 section 2.3.

use super::{MAX_URI_LEN, ObjectType, Uri, percent};
use crate::error::{Error, Problem, Result};

pub(super) const SCHEME: &str = "pkcs11:";

/// `pk11-URI`.
pub(super) fn uri(text: &[u8]) -> Result<Uri> {
    if text.len() > MAX_URI_LEN {
        return Err(Problem::UriTooLong.into());
    }
    // Schemes have no case (RFC 3986 section 3.1).
    let (scheme, rest) = text.split_at_checked(SCHEME.len()).ok_or(Problem::UriMalformed)?;
    if !scheme.eq_ignore_ascii_case(SCHEME.as_bytes()) {
        return Err(Problem::UriMalformed.into());
    }
    let (path, query) = match rest.iter().position(|byte| *byte == b'?') {
        Some(place) => (rest.get(..place).unwrap_or_default(), rest.get(place + 1..).unwrap_or_default()),
        None => (rest, [].as_slice()),
    };
    let mut uri = Uri::default();
    for attribute in attributes(path, b';', SCHEME.len()) {
        set_path(&mut uri, &attribute?)?;
    }
    for attribute in attributes(query, b'&', SCHEME.len() + path.len() + 1) {
        set_query(&mut uri, &attribute?)?;
    }
    Ok(uri)
}

/// One `name=value`, and its place in the URI.
struct Attribute<'a> {
    name: &'a str,
    value: &'a [u8],
    place: usize,
}

/// The attributes of a path or query, which may be empty as a whole but has no empty attributes.
fn attributes(part: &[u8], delimiter: u8, start: usize) -> impl Iterator<Item = Result<Attribute<'_>>> {
    let mut next = start;
    let pieces = if part.is_empty() { None } else { Some(part.split(move |byte| *byte == delimiter)) };
    pieces.into_iter().flatten().map(move |piece| {
        let place = next;
        next += piece.len() + 1;
        attribute(piece, place).ok_or_else(|| at(Problem::UriMalformed, place))
    })
}

fn attribute(piece: &[u8], place: usize) -> Option<Attribute<'_>> {
    let equals = piece.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (piece.get(..equals)?, piece.get(equals + 1..)?);
    // `pk11-v-attr-nm-char`.
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let named = !name.is_empty() && name.iter().all(is_name);
    named.then_some(Attribute { name: str::from_utf8(name).ok()?, value, place })
}

/// About a place, and with nothing of what stands there: it may be a PIN that went astray.
fn at(problem: Problem, place: usize) -> Error {
    Error::from(problem).about(format!("byte {place}"))
}

fn set_path(uri: &mut Uri, attribute: &Attribute<'_>) -> Result<()> {
    match attribute.name {
        "library-manufacturer" => set_text(&mut uri.library_manufacturer, attribute, percent::is_path),
        "library-description" => set_text(&mut uri.library_description, attribute, percent::is_path),
        "library-version" => set(&mut uri.library_version, attribute, version),
        "slot-manufacturer" => set_text(&mut uri.slot_manufacturer, attribute, percent::is_path),
        "slot-description" => set_text(&mut uri.slot_description, attribute, percent::is_path),
        "slot-id" => set(&mut uri.slot_id, attribute, |value| number(value)?.parse().ok()),
        "model" => set_text(&mut uri.model, attribute, percent::is_path),
        "manufacturer" => set_text(&mut uri.manufacturer, attribute, percent::is_path),
        "serial" => set_text(&mut uri.serial, attribute, percent::is_path),
        "token" => set_text(&mut uri.token, attribute, percent::is_path),
        "object" => set_text(&mut uri.object, attribute, percent::is_path),
        "type" => set(&mut uri.object_type, attribute, object_type),
        "id" => {
            let id = decode(attribute, percent::is_path)?;
            once(&mut uri.id, attribute, id)
        }
        other if is_pin_value(other) => Err(Problem::UriPinValue.into()),
        // Section 2.5: such a URI means nothing that is here, and the user should be told.
        _ => Err(at(Problem::UriUnknownAttribute, attribute.place)),
    }
}

/// Section 2.4.
fn set_query(uri: &mut Uri, attribute: &Attribute<'_>) -> Result<()> {
    let query = &mut uri.query;
    match attribute.name {
        "pin-source" => set_text(&mut query.pin_source, attribute, percent::is_query),
        "module-name" => set_text(&mut query.module_name, attribute, percent::is_query),
        "module-path" => set_text(&mut query.module_path, attribute, percent::is_query),
        other if is_pin_value(other) => Err(Problem::UriPinValue.into()),
        // Ours but for a capital letter: nobody means that to be passed over.
        other if ["pin-source", "module-name", "module-path"].contains(&&*other.to_ascii_lowercase()) => {
            Err(at(Problem::UriMalformed, attribute.place))
        }
        // Section 2.5: passed over, as long as it is well formed. Section 2.3 leaves it to us whether
        // it may stand there twice.
        other => {
            decode(attribute, percent::is_query)?;
            if query.ignored.iter().any(|name| name == other) {
                return Err(at(Problem::UriDuplicate, attribute.place));
            }
            query.ignored.push(other.to_owned());
            Ok(())
        }
    }
}

/// In whatever letters, and wherever it stands: PINs were in the path once, before there was an RFC.
fn is_pin_value(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    matches!(name.as_str(), "pin-value" | "pinvalue" | "x-pin-value" | "pin")
}

fn decode(attribute: &Attribute<'_>, allowed: fn(u8) -> bool) -> Result<Vec<u8>> {
    let start = attribute.place + attribute.name.len() + 1;
    percent::decode(attribute.value, allowed).map_err(|place| at(Problem::UriMalformed, start + place))
}

fn set_text(field: &mut Option<String>, attribute: &Attribute<'_>, allowed: fn(u8) -> bool) -> Result<()> {
    let value = decode(attribute, allowed)?;
    let text = String::from_utf8(value).map_err(|_| about(Problem::UriNotText, attribute))?;
    once(field, attribute, text)
}

/// One of the attributes whose values have a form of their own, in which nothing is encoded.
fn set<T>(
    field: &mut Option<T>,
    attribute: &Attribute<'_>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<()> {
    let value = str::from_utf8(attribute.value).ok().and_then(read);
    once(field, attribute, value.ok_or_else(|| about(Problem::UriValue, attribute))?)
}

fn once<T>(field: &mut Option<T>, attribute: &Attribute<'_>, value: T) -> Result<()> {
    if field.is_some() {
        return Err(about(Problem::UriDuplicate, attribute));
    }
    *field = Some(value);
    Ok(())
}

/// About an attribute that is known, so that its name gives nothing away.
fn about(problem: Problem, attribute: &Attribute<'_>) -> Error {
    Error::from(problem).about(attribute.name.to_owned())
}

/// Digits only: `parse` would take a sign. It refuses the empty text.
fn number(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

/// `M` means `M.0`, and each number is one byte (section 2.3).
fn version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((number(major)?.parse().ok()?, number(minor)?.parse().ok()?))
}

fn object_type(text: &str) -> Option<ObjectType> {
    ObjectType::ALL.into_iter().find(|object_type| object_type.name() == text)
}
