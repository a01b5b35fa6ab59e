//! What is in a token.

use crate::claims;
use crate::component::COMPONENTS;
use crate::error::Result;
use crate::lane::{Desk, Done};
use crate::object;
use crate::token::{Token, look};
use cryptoki::object::ObjectHandle;
use cryptoki_sys::CKA_KEY_TYPE;
use khoalai::Algorithm;

/// Keys that are looked at in one go.
const AT_ONCE: usize = 128;

/// A private key of a token, as the token tells it. Nothing of it was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// Its name (`CKA_LABEL`).
    pub name: String,
    /// Its identifier (`CKA_ID`).
    pub id: Vec<u8>,
    /// The component algorithms that it can be a key of: kind, size and use fit.
    pub algorithms: Vec<Algorithm>,
    /// The name of the hybrid it was made for or adopted into.
    pub hybrid: Option<String>,
    /// It is sensitive, not extractable, and private to whoever is logged in.
    pub closed: bool,
    /// It was made in the token and was never anywhere else.
    pub born_inside: bool,
    /// It has one use alone.
    pub single_use: bool,
    /// The PIN is asked for at each use.
    pub always_authenticate: bool,
}

impl Token {
    /// Every private key in the token, those of other programs too.
    ///
    /// # Errors
    /// What keeps the device from answering.
    pub fn list(&self) -> Result<Vec<Listed>> {
        // Some at a time, so that each call comes back in time however many there are.
        let mut keys = Vec::new();
        loop {
            let begin = keys.len();
            let mut some = self.run(move |desk| {
                let some = object::all(desk)?.into_iter().skip(begin).take(AT_ONCE);
                some.map(|key| entry(desk, key)).collect::<Done<Vec<_>>>()
            })?;
            let last = some.len() < AT_ONCE;
            keys.append(&mut some);
            if last {
                break;
            }
        }
        keys.sort_by(|one, other| (&one.0.name, &one.0.id).cmp(&(&other.0.name, &other.0.id)));
        keys.into_iter()
            .map(|(mut listed, fingerprint)| {
                if let Some(fingerprint) = fingerprint {
                    listed.hybrid = self.claimed_by(&fingerprint)?;
                }
                Ok(listed)
            })
            .collect()
    }
}

fn entry(desk: &Desk<'_>, key: ObjectHandle) -> Done<(Listed, Option<claims::Fingerprint>)> {
    let place = object::place(desk, key)?;
    let (mut algorithms, mut fingerprint, mut facts) = (Vec::new(), None, None);
    let key_type = desk.library.raw.attributes(desk.handle(), key.handle()).number(CKA_KEY_TYPE)?;
    for component in COMPONENTS.iter().filter(|component| key_type.is_some_and(|of| component.key.is_of(of)))
    {
        match look(desk, *component, key) {
            Ok((_, public, found)) => {
                algorithms.push(component.algorithm);
                fingerprint = Some(claims::fingerprint(&public));
                facts = Some(found);
            }
            // A device that does not answer has not said that it is no such key.
            Err(fault) if fault.is_condition() => return Err(fault),
            Err(_) => {}
        }
    }
    let listed = Listed {
        name: place.label,
        id: place.id,
        algorithms,
        hybrid: None,
        closed: facts.as_ref().is_some_and(|facts| facts.closed),
        born_inside: facts.as_ref().is_some_and(|facts| facts.born_inside),
        single_use: facts.as_ref().is_some_and(|facts| facts.single_use),
        always_authenticate: facts.as_ref().is_some_and(|facts| facts.always_authenticate),
    };
    Ok((listed, fingerprint))
}
