//! What happened with keys and devices, for whoever has to keep a record. Nothing secret is in it.

use crate::error::Error;
use serde_json::{Map, Value};
use std::time::{SystemTime, UNIX_EPOCH};

/// Who keeps the record. It is called by whoever works with the device, in the middle of that work: it must not
/// block, and must not use the token, nor any key in it. A use from in there would wait for what waits for it.
pub trait Auditor: Send + Sync {
    /// Takes note of one event.
    fn note(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync> Auditor for F {
    fn note(&self, event: &Event<'_>) {
        self(event);
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $code:literal;)+) => {
        /// What can happen. Numbers and names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EventKind { $($(#[$doc])* $name,)+ }

        impl EventKind {
            /// Every kind, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn id(self) -> u16 {
                match self { $(Self::$name => $id,)+ }
            }

            /// The stable ASCII name.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

kinds! {
    /// A token was opened.
    TokenOpened = 1, "TOKEN_OPENED";
    /// A login with a PIN that the device checked, or failed to.
    Login = 2, "LOGIN";
    /// Somebody in this process was logged in already: the PIN was not checked.
    PinNotChecked = 3, "PIN_NOT_CHECKED";
    /// A login was lost and will be made again.
    LoginLost = 4, "LOGIN_LOST";
    /// A PIN that was refused before was not tried again.
    PinWithheld = 5, "PIN_WITHHELD";
    /// A key was made.
    KeyMade = 10, "KEY_MADE";
    /// A key from elsewhere was taken in.
    KeyImported = 11, "KEY_IMPORTED";
    /// A key that existed before was taken into a hybrid.
    KeyAdopted = 12, "KEY_ADOPTED";
    /// A key opened a ciphertext, or did not.
    Decapsulated = 13, "DECAPSULATED";
    /// A key signed, or did not.
    Signed = 14, "SIGNED";
    /// A key was renamed.
    KeyRenamed = 15, "KEY_RENAMED";
    /// A key was destroyed.
    KeyDestroyed = 16, "KEY_DESTROYED";
    /// A key was put out of use, and only opens what is left.
    KeyRetired = 17, "KEY_RETIRED";
    /// A component key was taken for the half of a hybrid, and serves no other: its name is that of the note.
    KeyClaimed = 18, "KEY_CLAIMED";
    /// A self-test with the device ran: of a key, or, without one, of what `detail` names.
    SelfTest = 20, "SELF_TEST";
    /// A profile of quirks was taken, or ignored.
    Profile = 21, "PROFILE";
    /// It was chosen how the secrets of a hybrid are combined: `detail` says it.
    Combiner = 22, "COMBINER";
    /// The device does something in its own way: `detail` says what.
    Quirk = 23, "QUIRK";
    /// The device fails at everything: it is not asked any more, until it answers again.
    DeviceFailed = 30, "DEVICE_FAILED";
    /// The device answers again.
    DeviceBack = 31, "DEVICE_BACK";
    /// A call did not come back in time.
    Timeout = 32, "TIMEOUT";
}

/// One event.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The token's label.
    pub token: &'a str,
    /// The token's serial number.
    pub serial: &'a str,
    /// The key's name and algorithm, if it is about one.
    pub key: Option<(&'a str, &'a str)>,
    /// What of it, by a stable ASCII name.
    pub detail: Option<&'a str>,
    /// How it ended: `None` is well. Of what depends on a ciphertext no more than that is known.
    pub error: Option<&'a Error>,
}

impl Event<'_> {
    /// One line of JSON, with the time in seconds since 1970 (UTC). Without a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut line = Map::new();
        let mut put = |name: &str, value: Value| drop(line.insert(name.into(), value));
        put("time", time.into());
        put("id", self.kind.id().into());
        put("event", self.kind.code().into());
        put("token", self.token.into());
        put("serial", self.serial.into());
        put("result", self.error.map_or("OK", Error::code).into());
        if let Some((name, algorithm)) = self.key {
            put("key", name.into());
            put("algorithm", algorithm.into());
        }
        if let Some(what) = self.detail {
            put("what", what.into());
        }
        // Of what depends on a ciphertext there is no detail.
        if let Some(detail) = self.error.and_then(Error::detail) {
            put("detail", detail.into());
        }
        Value::Object(line).to_string()
    }
}
