//! PINs, and where they come from: the caller, the caller's callback, an owner-only file, or the
//! device's own keypad. Never arguments of a program, never its environment, never a URI.
#![forbid(unsafe_code)]

mod file;

use crate::error::{Error, Problem, Result};
use crate::uri::Uri;
use core::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use zeroize::{Zeroize, Zeroizing};

/// Bytes that a PIN may have. Devices have a limit of their own (`ulMaxPinLen`), mostly far lower.
pub const MAX_PIN_LEN: usize = 512;

/// A PIN: UTF-8, as PKCS#11 has it, wiped when dropped and never printed.
///
/// No `Clone`, no comparison: it leaves only through [`expose`](Self::expose).
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes the text over; it is wiped also if it is refused.
    ///
    /// # Errors
    ///
    /// [`Problem::PinMalformed`] if it is empty, longer than [`MAX_PIN_LEN`], or has a line break or a
    /// zero character in it. No PIN has those, and finding out from the device would cost a try.
    pub fn new(text: String) -> Result<Self> {
        let text = Zeroizing::new(text);
        if text.is_empty() || text.len() > MAX_PIN_LEN || text.contains(['\n', '\r', '\0']) {
            return Err(Problem::PinMalformed.into());
        }
        Ok(Self(text))
    }

    /// Takes the bytes over, as [`new`](Self::new) does with text.
    ///
    /// # Errors
    ///
    /// [`Problem::PinMalformed`], also if they are not UTF-8.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        let text = String::from_utf8(bytes).map_err(|refused| {
            refused.into_bytes().zeroize();
            Problem::PinMalformed
        })?;
        Self::new(text)
    }

    /// The PIN itself. What is copied out of here is the caller's to wipe.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What a PIN is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinFor {
    /// To log in as the token's user: `CKU_USER`.
    User,
    /// For one use of a key that wants a PIN each time: `CKU_CONTEXT_SPECIFIC`.
    ContextSpecific,
}

/// What the token tells of the tries that are left. PKCS#11 has flags for it and no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TriesLeft {
    /// Nothing is told. Many tokens never do.
    #[default]
    Untold,
    /// A wrong PIN was entered since the last right one: `CKF_USER_PIN_COUNT_LOW`.
    Fewer,
    /// One wrong PIN locks the token: `CKF_USER_PIN_FINAL_TRY`.
    Last,
    /// It is locked: `CKF_USER_PIN_LOCKED`.
    Locked,
}

/// For which token a PIN is asked, and what for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PinPrompt<'a> {
    /// The token's label.
    pub token: &'a str,
    /// The token's serial number.
    pub serial: &'a str,
    /// What asks.
    pub pin_for: PinFor,
    /// What the token tells of the tries that are left.
    pub tries_left: TriesLeft,
}

impl<'a> PinPrompt<'a> {
    /// A question to a source of PINs.
    #[must_use]
    pub const fn new(token: &'a str, serial: &'a str, pin_for: PinFor, tries_left: TriesLeft) -> Self {
        Self { token, serial, pin_for, tries_left }
    }
}

/// Whether a PIN may be kept to log in again after a lost login. The caller's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// It is wiped after the login that it was asked for.
    #[default]
    No,
    /// It stays in this process's memory.
    InMemory,
}

/// What a source answers.
pub enum Answer {
    /// This PIN.
    Pin(Pin),
    /// None: the device has a keypad of its own (`CKF_PROTECTED_AUTHENTICATION_PATH`).
    AtTheDevice,
}

/// Where PINs come from.
pub struct PinSource {
    kind: Kind,
    keep: Keep,
}

enum Kind {
    Given(Mutex<Option<Pin>>),
    Ask(Box<Ask>),
    File(PathBuf),
    AtTheDevice,
}

type Ask = dyn Fn(&PinPrompt<'_>) -> Option<Pin> + Send + Sync;

impl PinSource {
    const fn of(kind: Kind) -> Self {
        Self { kind, keep: Keep::No }
    }

    /// This PIN, for one login.
    #[must_use]
    pub const fn given(pin: Pin) -> Self {
        Self::of(Kind::Given(Mutex::new(Some(pin))))
    }

    /// Whatever the callback answers. `None` is a person who gave up.
    #[must_use]
    pub fn ask(callback: impl Fn(&PinPrompt<'_>) -> Option<Pin> + Send + Sync + 'static) -> Self {
        Self::of(Kind::Ask(Box::new(callback)))
    }

    /// What is in this file, which is read each time a PIN is needed and not before. It must be a
    /// regular file, no symbolic link, owned by the user of this process or by root, and closed to
    /// everybody else. One line break at its end is not part of the PIN; everything else is.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(Kind::File(path.into()))
    }

    /// The device's own keypad.
    #[must_use]
    pub const fn at_the_device() -> Self {
        Self::of(Kind::AtTheDevice)
    }

    /// The source that a URI names by `pin-source`, if it names one (RFC 7512 section 2.4): a `file:`
    /// URI or an absolute path. Nothing is read yet.
    ///
    /// # Errors
    ///
    /// [`Problem::PinSourceRefused`] for commands (`|…`), addresses of a network, other hosts'
    /// files and relative paths.
    pub fn from_uri(uri: &Uri) -> Result<Option<Self>> {
        uri.pin_source().map(|source| file::path_of(source).map(Self::file)).transpose()
    }

    /// The same source, whose PINs may be kept, or not.
    #[must_use]
    pub const fn keeping(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Whether a person is asked: not where a device has a keypad.
    pub(crate) const fn asks(&self) -> bool {
        matches!(self.kind, Kind::Ask(_))
    }

    /// Whether the PINs of this source may be kept.
    #[must_use]
    pub const fn keep(&self) -> Keep {
        self.keep
    }

    /// Asks once.
    ///
    /// # Errors
    ///
    /// [`Problem::PinNotGiven`] if there is none (any more), or what is wrong with the file.
    pub fn answer(&self, prompt: &PinPrompt<'_>) -> Result<Answer> {
        let pin = match &self.kind {
            Kind::Given(pin) => pin.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Kind::Ask(callback) => callback(prompt),
            Kind::File(path) => Some(file::read(path)?),
            Kind::AtTheDevice => return Ok(Answer::AtTheDevice),
        };
        pin.map(Answer::Pin).ok_or_else(|| Error::from(Problem::PinNotGiven).about(prompt.token.to_owned()))
    }
}

/// The kind of source, and nothing of what it holds.
impl fmt::Debug for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Given(_) => "given",
            Kind::Ask(_) => "ask",
            Kind::File(_) => "file",
            Kind::AtTheDevice => "at the device",
        };
        write!(f, "PinSource({kind}, {:?})", self.keep)
    }
}
