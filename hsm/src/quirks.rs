//! How calls are made to a module that wants them its own way. Nothing here says what is believed: what
//! objects tell is read back, answers are checked, and PINs are counted, whatever a profile says.

use crate::error::{Error, Problem, Result};
use core::time::Duration;
use cryptoki_sys::*;
use toml::{Table, Value};

/// The ways of one module. All that is left open is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quirks {
    /// The module must not make threads (X-Road's name).
    pub library_cant_create_os_threads: Option<bool>,
    /// The module locks by the system's means (X-Road's name); otherwise one call at a time is made.
    pub os_locking_ok: Option<bool>,
    /// The PIN is given at each signature and decryption, though the key does not say so (X-Road's name).
    pub sign_verify_pin: Option<bool>,
    /// Sessions at once, at most.
    pub sessions: Option<usize>,
    /// How long a call is waited for.
    pub timeout: Option<Duration>,
    /// Whether somebody waits while a key is used, and gives up in time ([`Limits`](crate::Limits)).
    pub watched: Option<bool>,
    /// Within one initialisation the module never gives an object a handle that another one had, whoever logs in
    /// or out and whatever is destroyed. Then keys that open are not searched for at each use.
    pub handles_are_never_reused: bool,
    /// X25519 keys are of the type of Edwards curves.
    pub x25519_as_edwards: Option<bool>,
    /// RSAES-OAEP is decoded here, after the bare RSA operation.
    pub oaep_outside: Option<bool>,
    /// Uses that are not named in templates, though they would be refused there (`CKA_UNWRAP` and the like).
    pub unnamed_uses: Vec<CK_ATTRIBUTE_TYPE>,
}

/// The uses that a template can leave unnamed.
const USES: [(&str, CK_ATTRIBUTE_TYPE); 5] = [
    ("CKA_DECRYPT", CKA_DECRYPT),
    ("CKA_DERIVE", CKA_DERIVE),
    ("CKA_SIGN", CKA_SIGN),
    ("CKA_SIGN_RECOVER", CKA_SIGN_RECOVER),
    ("CKA_UNWRAP", CKA_UNWRAP),
];

impl Quirks {
    /// Whether X25519 keys are of the type of Edwards curves: what is known, or both in turn.
    pub(crate) fn x25519_ways(&self) -> &'static [bool] {
        match self.x25519_as_edwards {
            Some(true) => &[true],
            Some(false) => &[false],
            None => &[false, true],
        }
    }

    /// Reads the table `[calls]` of a profile. A name that is not known here is refused: it may have
    /// been meant to matter.
    pub(crate) fn read(table: &Table) -> Result<Self> {
        let mut quirks = Self::default();
        for (name, value) in table {
            let bad = || Error::from(Problem::ProfileMalformed).about(name.clone());
            let yes = || value.as_bool().ok_or_else(bad).map(Some);
            let count = || {
                value.as_integer().and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0)
            };
            match name.as_str() {
                "library_cant_create_os_threads" => quirks.library_cant_create_os_threads = yes()?,
                "os_locking_ok" => quirks.os_locking_ok = yes()?,
                "sign_verify_pin" => quirks.sign_verify_pin = yes()?,
                "watched" => quirks.watched = yes()?,
                "handles_are_never_reused" => quirks.handles_are_never_reused = yes()? == Some(true),
                "x25519_as_edwards" => quirks.x25519_as_edwards = yes()?,
                "oaep_outside" => quirks.oaep_outside = yes()?,
                "sessions" => quirks.sessions = Some(count().ok_or_else(bad)?),
                "timeout_seconds" => {
                    let seconds = count().and_then(|count| u64::try_from(count).ok()).ok_or_else(bad)?;
                    quirks.timeout = Some(Duration::from_secs(seconds));
                }
                "unnamed_uses" => quirks.unnamed_uses = uses(value).ok_or_else(bad)?,
                _ => return Err(bad()),
            }
        }
        Ok(quirks)
    }
}

fn uses(value: &Value) -> Option<Vec<CK_ATTRIBUTE_TYPE>> {
    let attribute = |value: &Value| {
        let name = value.as_str()?;
        USES.iter().find(|(known, _)| *known == name).map(|(_, attribute)| *attribute)
    };
    value.as_array()?.iter().map(attribute).collect()
}
