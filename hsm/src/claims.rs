//! Which component key serves which hybrid. The device itself remembers it, in a private data object for
//! each; a folder does for devices that hold none. It stops mistakes, not somebody who is logged in.

use crate::error::{Error, Problem, Result};
use crate::lane::{Desk, Done};
use crate::object;
use crate::raw::{Cause, Rv, Template};
use core::sync::atomic::{AtomicBool, Ordering};
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki_sys::CKA_VALUE;
use sha3::{Digest, Sha3_256};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// `CKA_APPLICATION` of what this crate puts into a token.
pub(crate) const APPLICATION: &str = "khoalai";

/// The hash of a component's public key.
pub(crate) type Fingerprint = [u8; 32];

/// The library's fingerprint of a component key.
pub(crate) fn fingerprint(public: &[u8]) -> Fingerprint {
    Sha3_256::digest(public).into()
}

/// `CKA_LABEL` of the claim, and the name of its file: short enough for any token.
pub(crate) fn label(fingerprint: &Fingerprint) -> String {
    let hex: String = fingerprint.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("half-{hex}")
}

/// What a claim says: the whole fingerprint, and the name of the hybrid.
fn value(fingerprint: &Fingerprint, hybrid: &str) -> Vec<u8> {
    [fingerprint.as_slice(), hybrid.as_bytes()].concat()
}

fn hybrid_in(value: &[u8], fingerprint: &Fingerprint) -> Option<String> {
    let hybrid = value.strip_prefix(fingerprint.as_slice())?;
    core::str::from_utf8(hybrid).ok().map(ToOwned::to_owned)
}

/// Claims in files, one for each. They are not secret, but nobody else should take them away.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    fn file(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.0.join(label(fingerprint))
    }

    pub(crate) fn read(&self, fingerprint: &Fingerprint) -> Result<Option<String>> {
        match fs::read(self.file(fingerprint)) {
            Ok(value) => Ok(hybrid_in(&value, fingerprint)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) => Err(self.fails()),
        }
    }

    /// Two processes that claim at once do not both succeed.
    pub(crate) fn write(&self, fingerprint: &Fingerprint, hybrid: &str) -> Result<()> {
        match OpenOptions::new().write(true).create_new(true).open(self.file(fingerprint)) {
            Ok(mut file) => file.write_all(&value(fingerprint, hybrid)).map_err(|_| self.fails()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(khoalai::Error::KeyReused.into()),
            Err(_) => Err(self.fails()),
        }
    }

    pub(crate) fn forget(&self, fingerprint: &Fingerprint) -> Result<()> {
        match fs::remove_file(self.file(fingerprint)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.fails()),
            _ => Ok(()),
        }
    }

    fn fails(&self) -> Error {
        Error::from(Problem::ClaimsUnwritable).about(self.0.display().to_string())
    }
}

fn search(fingerprint: &Fingerprint) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Application(APPLICATION.into()),
        Attribute::Label(label(fingerprint).into_bytes()),
    ]
}

/// What is remembered of a key: the name of its hybrid. Objects that only look alike are passed over.
fn found(desk: &Desk<'_>, fingerprint: &Fingerprint) -> Done<Vec<(ObjectHandle, String)>> {
    let mut claims = Vec::new();
    for object in object::search(desk, &search(fingerprint))? {
        let value = desk.library.raw.attributes(desk.handle(), object.handle()).bytes(CKA_VALUE)?;
        claims.extend(value.and_then(|value| hybrid_in(&value, fingerprint)).map(|hybrid| (object, hybrid)));
    }
    Ok(claims)
}

/// The hybrid that the key serves, if it serves one.
pub(crate) fn read(desk: &Desk<'_>, fingerprint: &Fingerprint) -> Done<Option<String>> {
    // Whoever is not logged in would take every key for a fresh one: that is an error of the search.
    Ok(found(desk, fingerprint)?.pop().map(|(_, hybrid)| hybrid))
}

/// Remembers that the key serves this hybrid, unless it serves one. `false` if the device holds no such notes.
/// In this process nobody else writes meanwhile; of two processes that claim at once at most one succeeds.
/// `begun` says whether it was tried before, and cut off.
pub(crate) fn write(
    desk: &Desk<'_>,
    fingerprint: &Fingerprint,
    hybrid: &str,
    begun: &AtomicBool,
) -> Done<bool> {
    match read(desk, fingerprint)? {
        Some(noted) if noted == hybrid && begun.load(Ordering::Relaxed) => return Ok(true),
        Some(_) => return Err(khoalai::Error::KeyReused.into()),
        None => begun.store(true, Ordering::Relaxed),
    }
    let template = Template::new(search(fingerprint))
        .with([Attribute::Private(true), Attribute::Value(value(fingerprint, hybrid))]);
    match desk.session.create_object(template.get()).map_err(Rv::from) {
        Ok(own) => {
            let alone = found(desk, fingerprint)?.iter().all(|(other, _)| *other == own);
            if alone && desk.is_awaited() {
                return Ok(true);
            }
            desk.session.destroy_object(own)?;
            Err(khoalai::Error::KeyReused.into())
        }
        Err(rv) if matches!(rv.cause(), Cause::Template | Cause::Missing | Cause::ReadOnly) => Ok(false),
        Err(rv) => Err(rv.into()),
    }
}

/// Forgets a key that is destroyed.
pub(crate) fn forget(desk: &Desk<'_>, fingerprint: &Fingerprint) -> Done<()> {
    for (object, _) in found(desk, fingerprint)? {
        desk.session.destroy_object(object)?;
    }
    Ok(())
}
