//! Keys as objects: found again, and looked at before they are believed.

use crate::component::{Component, KeyKind};
use crate::error::Problem;
use crate::handles::Mark;
use crate::lane::{Desk, Done};
use crate::public_key;
use crate::raw::{Attributes, Rv};
use crate::templates::{self, Place, USES, use_of};
use alloc::sync::Arc;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::SessionState;
use cryptoki_sys::*;

/// What an object says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// `CKA_SENSITIVE` and not `CKA_EXTRACTABLE`, and `CKA_PRIVATE`: only whoever is logged in uses it.
    pub(crate) closed: bool,
    /// Made in the device, and never anywhere else.
    pub(crate) born_inside: bool,
    /// The PIN is asked for before each use.
    pub(crate) always_authenticate: bool,
    /// It has the use it should, of the key type it should.
    pub(crate) fits: bool,
    /// It has that use alone.
    pub(crate) single_use: bool,
}

/// The private objects of this search. What is found depends on who is logged in, so an empty answer is
/// looked at twice.
pub(crate) fn search(desk: &Desk<'_>, wanted: &[Attribute]) -> Done<Vec<ObjectHandle>> {
    let found = desk.find(wanted)?;
    if found.is_empty() && !sees_private(desk)? {
        return Err(Rv(CKR_USER_NOT_LOGGED_IN).into());
    }
    Ok(found)
}

/// The one object of this search.
fn only(desk: &Desk<'_>, wanted: &[Attribute]) -> Done<Option<ObjectHandle>> {
    let mut found = search(desk, wanted)?;
    match found.pop() {
        None => Ok(None),
        // Two keys under one name: there is no telling which is meant.
        Some(_) if !found.is_empty() => Err(Problem::KeyAmbiguous.into()),
        Some(object) => Ok(Some(object)),
    }
}

/// Whether private objects are found: whoever is not logged in sees none.
pub(crate) fn sees_private(desk: &Desk<'_>) -> Done<bool> {
    let state = desk.session.get_session_info()?.session_state();
    Ok(!desk.login_required || matches!(state, SessionState::RoUser | SessionState::RwUser))
}

/// The private key at this place. One that only has a name has to have the right public key as well:
/// names are given anew.
pub(crate) fn private(desk: &Desk<'_>, place: &Place) -> Done<ObjectHandle> {
    let wanted = match place.id.as_slice() {
        [] => templates::search_named(ObjectClass::PRIVATE_KEY, &place.label),
        id => templates::search(ObjectClass::PRIVATE_KEY, id),
    };
    let private = only(desk, &wanted)?.ok_or(khoalai::Error::NotFound)?;
    if let Some((component, public)) = &place.only_named
        && public_key(desk, *component, place, private)?.as_ref() != Some(public)
    {
        return Err(khoalai::Error::NotFound.into());
    }
    Ok(private)
}

/// A key as its uses find it.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) place: Arc<Place>,
    /// `None` if it is searched for each time.
    pub(crate) mark: Option<Mark>,
}

/// The handle of this key: the one that it had in this session a moment ago, or, as the first time, what
/// [`private`] finds.
pub(crate) fn known(desk: &Desk<'_>, key: &Known) -> Done<CK_OBJECT_HANDLE> {
    let remembered = key.mark.and_then(|mark| desk.handles.borrow_mut().get(mark));
    if let Some(handle) = remembered {
        return Ok(handle);
    }
    let handle = private(desk, &key.place)?.handle();
    if let Some(mark) = key.mark {
        desk.handles.borrow_mut().remember(mark, handle);
    }
    Ok(handle)
}

/// Every private key.
pub(crate) fn all(desk: &Desk<'_>) -> Done<Vec<ObjectHandle>> {
    search(desk, &[Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Token(true)])
}

/// The private keys of this name or this identifier, and with neither every one.
pub(crate) fn meant(desk: &Desk<'_>, name: Option<&str>, id: Option<&[u8]>) -> Done<Vec<ObjectHandle>> {
    match (name, id) {
        (_, Some(id)) if !id.is_empty() => search(desk, &templates::search(ObjectClass::PRIVATE_KEY, id)),
        (Some(name), _) => search(desk, &templates::search_named(ObjectClass::PRIVATE_KEY, name)),
        _ => all(desk),
    }
}

/// The private key of this name, or `None`.
pub(crate) fn named(desk: &Desk<'_>, label: &str) -> Done<Option<ObjectHandle>> {
    only(desk, &templates::search_named(ObjectClass::PRIVATE_KEY, label))
}

/// All objects that belong to one key: private, public, certificates are left alone.
pub(crate) fn parts(desk: &Desk<'_>, place: &Place) -> Done<Vec<ObjectHandle>> {
    if place.id.is_empty() {
        return Ok(vec![private(desk, place)?]);
    }
    let mut parts = search(desk, &templates::search(ObjectClass::PRIVATE_KEY, &place.id))?;
    parts.extend(desk.find(&templates::search(ObjectClass::PUBLIC_KEY, &place.id))?);
    Ok(parts)
}

fn attributes<'d>(desk: &Desk<'d>, object: ObjectHandle) -> Attributes<'d> {
    desk.library.raw.attributes(desk.handle(), object.handle())
}

/// The public key that belongs to this private key, from either object, in the library's form.
pub(crate) fn public_key(
    desk: &Desk<'_>,
    component: Component,
    place: &Place,
    private: ObjectHandle,
) -> Done<Option<Vec<u8>>> {
    let len = component.algorithm.public_key_len();
    let publics = match place.id.as_slice() {
        [] => Vec::new(),
        id => desk.find(&templates::search(ObjectClass::PUBLIC_KEY, id))?,
    };
    for object in publics {
        if let Some(key) = public_key::read(&attributes(desk, object), component.key, len)? {
            return Ok(Some(key));
        }
    }
    Ok(public_key::read(&attributes(desk, private), component.key, len)?)
}

/// What a private key says of itself.
pub(crate) fn facts(desk: &Desk<'_>, component: Component, private: ObjectHandle) -> Done<Facts> {
    let attributes = attributes(desk, private);
    let yes = |kind| Ok::<_, Rv>(attributes.flag(kind)? == Some(true));
    let no = |kind| Ok::<_, Rv>(attributes.flag(kind)? == Some(false));
    let key_type = attributes.number(CKA_KEY_TYPE)?;
    let parameters = match component.key {
        KeyKind::Ec { .. } => {
            attributes.bytes(CKA_EC_PARAMS)?.is_none_or(|read| component.key.is_curve(&read))
        }
        KeyKind::MlKem(set) => attributes.number(CKA_PARAMETER_SET)? == Some(set),
        KeyKind::MlDsa(set) => attributes.number(CKA_PARAMETER_SET)? == Some(set),
        // The length of the public key tells.
        KeyKind::Rsa { .. } => true,
    };
    let mut others = false;
    for other in USES.into_iter().filter(|other| *other != use_of(component.task)) {
        others |= yes(other)?;
    }
    Ok(Facts {
        closed: yes(CKA_SENSITIVE)? && no(CKA_EXTRACTABLE)? && yes(CKA_PRIVATE)?,
        // Not CKA_LOCAL: NSS says no to that of all keys.
        born_inside: yes(CKA_ALWAYS_SENSITIVE)? && yes(CKA_NEVER_EXTRACTABLE)?,
        always_authenticate: yes(CKA_ALWAYS_AUTHENTICATE)?,
        fits: key_type.is_some_and(|found| component.key.is_of(found))
            && parameters
            && yes(use_of(component.task))?,
        single_use: !others,
    })
}

/// The `CKA_ID` and the `CKA_LABEL` of an object.
pub(crate) fn place(desk: &Desk<'_>, object: ObjectHandle) -> Done<Place> {
    let attributes = attributes(desk, object);
    let id = attributes.bytes(CKA_ID)?.map(|id| id.to_vec()).unwrap_or_default();
    let label = attributes.bytes(CKA_LABEL)?.map(|label| String::from_utf8_lossy(&label).into_owned());
    Ok(Place { id, label: label.unwrap_or_default(), only_named: None })
}

/// Takes away the rest of an attempt that was cut off: the identifier is random, so it is ours.
pub(crate) fn sweep(desk: &Desk<'_>, place: &Place) {
    for part in parts(desk, place).unwrap_or_default() {
        // What is told is why there is something to sweep.
        let _ = desk.session.destroy_object(part);
    }
}
