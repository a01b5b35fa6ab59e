//! References in tokens: data objects, for tokens that have them. NSS has none.

use super::KeyReference;
use crate::error::{Error, Problem, Result};
use crate::lane::{Desk, Done};
use crate::object;
use crate::raw::{Cause, Rv, Template};
use crate::token::Token;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki_sys::*;

/// `CKA_APPLICATION` of the data objects.
const APPLICATION: &str = "khoalai key reference";

fn search(name: Option<&str>) -> Vec<Attribute> {
    let mut search = vec![
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Application(APPLICATION.into()),
    ];
    search.extend(name.map(|name| Attribute::Label(name.as_bytes().to_vec())));
    search
}

fn found(desk: &Desk<'_>, name: Option<&str>) -> Done<Vec<(ObjectHandle, Vec<u8>)>> {
    let objects = desk.find(&search(name))?;
    // They are private objects, so that nobody changes them without a login.
    if objects.is_empty() && !object::sees_private(desk)? {
        return Err(Rv(CKR_USER_NOT_LOGGED_IN).into());
    }
    let value =
        |object: ObjectHandle| desk.library.raw.attributes(desk.handle(), object.handle()).bytes(CKA_VALUE);
    let mut found = Vec::new();
    for object in objects {
        found.extend(value(object)?.map(|value| (object, value.to_vec())));
    }
    Ok(found)
}

impl Token {
    /// Puts a reference into this token, in place of an earlier one of the same key. Whoever loses the
    /// token loses it too: keep the file, or put it into another token.
    ///
    /// # Errors
    /// [`khoalai::Error::Unsupported`] if the token holds no data objects; [`Problem::NameTaken`] if it
    /// holds a reference of this name to another key.
    pub fn put_reference(&self, reference: &KeyReference) -> Result<()> {
        let (name, der) = (reference.name().to_owned(), reference.to_der()?);
        let public = reference.public_key()?.as_bytes().to_vec();
        let outcome = self.write(move |desk| {
            let earlier = found(desk, Some(&name))?;
            for (_, value) in &earlier {
                let same = KeyReference::from_der(value).and_then(|earlier| earlier.public_key());
                if !same.is_ok_and(|earlier| earlier.as_bytes() == public) {
                    return Err(Problem::NameTaken.into());
                }
            }
            let template = Template::new(search(Some(&name)))
                .with([Attribute::Private(true), Attribute::Value(der.clone())]);
            let created = match desk.session.create_object(template.get()).map_err(Rv::from) {
                Err(rv) if matches!(rv.cause(), Cause::Template | Cause::Missing) => {
                    return Err(khoalai::Error::Unsupported.into());
                }
                created => created?,
            };
            // A device that cuts it off has not taken it.
            let kept = desk.library.raw.attributes(desk.handle(), created.handle()).bytes(CKA_VALUE)?;
            if kept.as_deref() != Some(&der) {
                desk.session.destroy_object(created)?;
                return Err(khoalai::Error::Unsupported.into());
            }
            for (object, _) in earlier {
                desk.session.destroy_object(object)?;
            }
            Ok(())
        });
        Ok(outcome?)
    }

    /// The reference of this name.
    ///
    /// # Errors
    /// [`khoalai::Error::NotFound`]; [`Problem::KeyAmbiguous`]; as [`KeyReference::from_der`].
    pub fn reference(&self, name: &str) -> Result<KeyReference> {
        let wanted = name.to_owned();
        let mut found = self.run(move |desk| found(desk, Some(&wanted)))?;
        let (_, der) = found.pop().ok_or(khoalai::Error::NotFound)?;
        if !found.is_empty() {
            return Err(Problem::KeyAmbiguous.into());
        }
        let reference = KeyReference::from_der(&der)?;
        if reference.name() == name { Ok(reference) } else { Err(Problem::ReferenceUnfit.into()) }
    }

    /// Every reference in this token, and what is wrong with those that are not whole.
    ///
    /// # Errors
    /// What keeps the device from answering.
    pub fn references(&self) -> Result<Vec<Result<KeyReference>>> {
        let found = self.run(|desk| found(desk, None)).map_err(Error::from)?;
        Ok(found.iter().map(|(_, der)| KeyReference::from_der(der)).collect())
    }

    /// Takes the references of this name out of the token. The key itself is not touched.
    ///
    /// # Errors
    /// [`khoalai::Error::NotFound`]; what keeps the device from answering.
    pub fn remove_reference(&self, name: &str) -> Result<()> {
        let wanted = name.to_owned();
        let outcome = self.write(move |desk| {
            let found = found(desk, Some(&wanted))?;
            if found.is_empty() {
                return Err(khoalai::Error::NotFound.into());
            }
            for (object, _) in found {
                desk.session.destroy_object(object)?;
            }
            Ok(())
        });
        Ok(outcome?)
    }
}
