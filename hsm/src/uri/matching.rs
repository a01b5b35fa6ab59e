//! Whether a URI means a library, a slot or a token (RFC 7512 section 2.5): what it does not name may
//! be anything.

use super::Uri;

/// What `C_GetInfo` says of a library. Blank padding may still be there.
#[derive(Clone, Copy, Debug, Default)]
pub struct LibraryFields<'a> {
    /// `manufacturerID`.
    pub manufacturer: &'a str,
    /// `libraryDescription`.
    pub description: &'a str,
    /// `libraryVersion`.
    pub version: (u8, u8),
}

/// What `C_GetSlotInfo` says of a slot. Blank padding may still be there.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlotFields<'a> {
    /// The slot's number.
    pub id: u64,
    /// `manufacturerID`.
    pub manufacturer: &'a str,
    /// `slotDescription`.
    pub description: &'a str,
}

/// What `C_GetTokenInfo` says of a token. Blank padding may still be there.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenFields<'a> {
    /// `label`.
    pub label: &'a str,
    /// `manufacturerID`.
    pub manufacturer: &'a str,
    /// `model`.
    pub model: &'a str,
    /// `serialNumber`.
    pub serial: &'a str,
}

impl Uri {
    /// Whether this library is meant.
    #[must_use]
    pub fn matches_library(&self, library: &LibraryFields<'_>) -> bool {
        is(self.library_manufacturer(), library.manufacturer)
            && is(self.library_description(), library.description)
            && self.library_version().is_none_or(|version| version == library.version)
    }

    /// Whether this slot is meant.
    #[must_use]
    pub fn matches_slot(&self, slot: &SlotFields<'_>) -> bool {
        is(self.slot_manufacturer(), slot.manufacturer)
            && is(self.slot_description(), slot.description)
            && self.slot_id().is_none_or(|id| id == slot.id)
    }

    /// Whether this token is meant.
    #[must_use]
    pub fn matches_token(&self, token: &TokenFields<'_>) -> bool {
        is(self.token(), token.label)
            && is(self.manufacturer(), token.manufacturer)
            && is(self.model(), token.model)
            && is(self.serial(), token.serial)
    }
}

fn is(wanted: Option<&str>, field: &str) -> bool {
    wanted.is_none_or(|wanted| unpadded(wanted) == unpadded(field))
}

/// PKCS#11 pads with blanks; zeros are what some modules leave there.
fn unpadded(field: &str) -> &str {
    field.trim_end_matches([' ', '\0'])
}
