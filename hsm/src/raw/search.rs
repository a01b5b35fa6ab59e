//! What there is: slots, and objects. Counts are the module's word, and so are checked against the room
//! that there was (`cryptoki` panics where they are too high, and asks without end where room never
//! suffices).

use super::library::Raw;
use super::mechanism::len;
use super::rv::Rv;
use super::template::Template;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki_sys::*;

/// Slots that are looked at, at most.
const MAX_SLOTS: usize = 256;
/// Objects that a search asks for at a time, and finds at most: more than devices hold, so that one that finds
/// without end is told from one that is full.
const AT_ONCE: usize = 32;
const MAX_FOUND: usize = 1 << 16;

/// As many of `room` as the module says that it has written.
fn written(room: &[CK_ULONG], count: CK_ULONG) -> Result<&[CK_ULONG], Rv> {
    let count = usize::try_from(count).map_err(|_| Rv(CKR_GENERAL_ERROR))?;
    room.get(..count).ok_or(Rv(CKR_GENERAL_ERROR))
}

impl Raw {
    /// `C_GetSlotList`: the slots with a token in them.
    pub(crate) fn slots(&self) -> Result<Vec<CK_SLOT_ID>, Rv> {
        let list = self.v2.C_GetSlotList.ok_or(Rv::MISSING)?;
        let (mut room, mut count) = ([0; MAX_SLOTS], len(MAX_SLOTS));
        // SAFETY: there is room for as many as `count` says.
        Rv::ok(unsafe { list(CK_TRUE, room.as_mut_ptr(), &raw mut count) })?;
        Ok(written(&room, count)?.to_vec())
    }

    /// `C_FindObjectsInit`, `C_FindObjects` and `C_FindObjectsFinal`: all objects that fit, or `None`
    /// if they are too many.
    pub(crate) fn find(
        &self,
        session: CK_SESSION_HANDLE,
        wanted: &[Attribute],
    ) -> Result<Option<Vec<ObjectHandle>>, Rv> {
        let (init, last) = (self.v2.C_FindObjectsInit, self.v2.C_FindObjectsFinal);
        let (init, last) = (init.ok_or(Rv::MISSING)?, last.ok_or(Rv::MISSING)?);
        let template = Template::new(wanted);
        let mut attributes = template.c();
        // SAFETY: the attributes and all they point to live until the call returns, and are only read.
        Rv::ok(unsafe { init(session, attributes.as_mut_ptr(), len(attributes.len())) })?;
        let found = self.found(session);
        // SAFETY: one number.
        let ended = Rv::ok(unsafe { last(session) });
        let found = found?;
        ended?;
        Ok(found)
    }

    fn found(&self, session: CK_SESSION_HANDLE) -> Result<Option<Vec<ObjectHandle>>, Rv> {
        let next = self.v2.C_FindObjects.ok_or(Rv::MISSING)?;
        let mut found = Vec::new();
        while found.len() < MAX_FOUND {
            let (mut room, mut count) = ([CK_INVALID_HANDLE; AT_ONCE], 0);
            // SAFETY: there is room for as many as it is told.
            Rv::ok(unsafe { next(session, room.as_mut_ptr(), len(AT_ONCE), &raw mut count) })?;
            let some = written(&room, count)?;
            if some.is_empty() {
                return Ok(Some(found));
            }
            // SAFETY: the module gave these numbers; whatever they are, it checks them when they come back.
            found.extend(some.iter().map(|object| unsafe { ObjectHandle::new_from_raw(*object) }));
        }
        Ok(None)
    }
}
