//! The calls themselves. Handles may be stale or of another device: the module answers that with a code.

use super::library::Raw;
use super::mechanism::{Mechanism, len};
use super::rv::Rv;
use super::template::Template;
use core::ptr::null_mut;
use cryptoki_sys::*;
use zeroize::Zeroizing;

type Result<T> = core::result::Result<T, Rv>;

/// What a module wrote, wiped when done with.
pub(crate) type Bytes = Zeroizing<Vec<u8>>;

/// What goes into a digest: the value of a key that stays inside, or bytes.
pub(crate) enum DigestPart<'a> {
    Key(CK_OBJECT_HANDLE),
    Bytes(&'a [u8]),
}

/// Reads attributes one by one: a device that has not all of a list may answer none of it.
pub(crate) struct Attributes<'a> {
    raw: &'a Raw,
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
}

/// The longest attribute that is read: keys of PKCS#11 2.40 devices and of ML-DSA have their room.
const MAX_ATTRIBUTE: usize = 8192;
/// The longest shared secret that is read: P-521's has 66 bytes, and some devices give more than they were asked for.
const MAX_SECRET: usize = 256;

/// The function of a list, or why it cannot be called.
macro_rules! function {
    ($raw:expr, $name:ident) => {
        // Copied out: on some platforms the list is packed.
        {
            let function = $raw.v2.$name;
            function.ok_or(Rv::MISSING)?
        }
    };
}

/// A pointer to bytes that C takes as mutable and only reads.
const fn reading(bytes: &[u8]) -> *mut CK_BYTE {
    if bytes.is_empty() { null_mut() } else { bytes.as_ptr().cast_mut() }
}

/// Has `fill` write into a buffer of `most` bytes; as much of it as `fill` says is the result.
fn filled(most: usize, fill: impl FnOnce(*mut CK_BYTE, *mut CK_ULONG) -> CK_RV) -> Result<Bytes> {
    let mut out = Zeroizing::new(vec![0; most]);
    let mut written = len(most);
    Rv::ok(fill(out.as_mut_ptr(), &raw mut written))?;
    let written =
        usize::try_from(written).ok().filter(|written| *written <= most).ok_or(Rv(CKR_GENERAL_ERROR))?;
    out.truncate(written);
    Ok(out)
}

/// What begins an operation with a key.
type Init = unsafe extern "C" fn(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE) -> CK_RV;

/// What does the whole of it in one part, from bytes to bytes.
type OnePart =
    unsafe extern "C" fn(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) -> CK_RV;

/// Begins an operation, has it confirmed, and does it: at most `most` bytes come of `data`.
fn in_one_part(
    (init, operate): (Init, OnePart),
    (session, mechanism, key): (CK_SESSION_HANDLE, &Mechanism<'_>, CK_OBJECT_HANDLE),
    data: &[u8],
    most: usize,
    confirm: impl FnOnce() -> Result<()>,
) -> Result<Bytes> {
    // SAFETY: `init` is of the module's list; the mechanism and all it points to live until the call returns.
    Rv::ok(mechanism.lend(|mechanism| unsafe { init(session, mechanism, key) }))?;
    confirm()?;
    // SAFETY: `operate` is of the same list; `data` is only read; `out` has the room that `written` says.
    filled(most, |out, written| unsafe { operate(session, reading(data), len(data.len()), out, written) })
}

impl Raw {
    /// `C_SignInit` and `C_Sign`: a signature of at most `most` bytes. Between the two, `confirm` logs in for
    /// keys that want that at each use.
    pub(crate) fn sign(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        data: &[u8],
        most: usize,
        confirm: impl FnOnce() -> Result<()>,
    ) -> Result<Bytes> {
        let functions = (function!(self, C_SignInit), function!(self, C_Sign));
        in_one_part(functions, (session, mechanism, key), data, most, confirm)
    }

    /// `C_DecryptInit` and `C_Decrypt`, likewise.
    pub(crate) fn decrypt(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        data: &[u8],
        most: usize,
        confirm: impl FnOnce() -> Result<()>,
    ) -> Result<Bytes> {
        let functions = (function!(self, C_DecryptInit), function!(self, C_Decrypt));
        in_one_part(functions, (session, mechanism, key), data, most, confirm)
    }

    /// `C_EncryptInit` and `C_Encrypt`.
    pub(crate) fn encrypt(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        data: &[u8],
        most: usize,
    ) -> Result<Bytes> {
        let functions = (function!(self, C_EncryptInit), function!(self, C_Encrypt));
        in_one_part(functions, (session, mechanism, key), data, most, || Ok(()))
    }

    /// `C_DeriveKey`.
    pub(crate) fn derive(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        base: CK_OBJECT_HANDLE,
        template: &Template,
    ) -> Result<CK_OBJECT_HANDLE> {
        let derive = function!(self, C_DeriveKey);
        let (mut attributes, mut key) = (template.c(), CK_INVALID_HANDLE);
        let (list, count) = (attributes.as_mut_ptr(), len(attributes.len()));
        let rv = mechanism.lend(|mechanism| {
            // SAFETY: mechanism, template and all they point to live until the call returns, and are only read.
            unsafe { derive(session, mechanism, base, list, count, &raw mut key) }
        });
        Rv::ok(rv)?;
        Ok(key)
    }

    /// `C_DecapsulateKey`.
    pub(crate) fn decapsulate(
        &self,
        session: CK_SESSION_HANDLE,
        key: CK_OBJECT_HANDLE,
        template: &Template,
        ciphertext: &[u8],
    ) -> Result<CK_OBJECT_HANDLE> {
        let decapsulate = self.of_3_2(|list| list.C_DecapsulateKey)?;
        let (mut attributes, mut secret) = (template.c(), CK_INVALID_HANDLE);
        let (list, count) = (attributes.as_mut_ptr(), len(attributes.len()));
        let (from, size) = (reading(ciphertext), len(ciphertext.len()));
        // SAFETY: mechanism, template, ciphertext and all they point to live until the call returns, and
        // are only read.
        let rv = Mechanism::Plain(CKM_ML_KEM).lend(|mechanism| unsafe {
            decapsulate(session, mechanism, key, list, count, from, size, &raw mut secret)
        });
        Rv::ok(rv)?;
        Ok(secret)
    }

    /// `C_UnwrapKey`.
    pub(crate) fn unwrap(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        by: CK_OBJECT_HANDLE,
        wrapped: &[u8],
        template: &Template,
    ) -> Result<CK_OBJECT_HANDLE> {
        let unwrap = function!(self, C_UnwrapKey);
        let (mut attributes, mut key) = (template.c(), CK_INVALID_HANDLE);
        let (list, count) = (attributes.as_mut_ptr(), len(attributes.len()));
        let (from, size) = (reading(wrapped), len(wrapped.len()));
        // SAFETY: mechanism, template, wrapped bytes and all they point to live until the call returns, and
        // are only read.
        let rv = mechanism.lend(|mechanism| unsafe {
            unwrap(session, mechanism, by, from, size, list, count, &raw mut key)
        });
        Rv::ok(rv)?;
        Ok(key)
    }

    /// `C_WrapKey`.
    pub(crate) fn wrap(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        by: CK_OBJECT_HANDLE,
        key: CK_OBJECT_HANDLE,
        most: usize,
    ) -> Result<Bytes> {
        let wrap = function!(self, C_WrapKey);
        mechanism.lend(|mechanism| {
            // SAFETY: the mechanism lives until the call returns; `out` has the room that `written` says.
            filled(most, |out, written| unsafe { wrap(session, mechanism, by, key, out, written) })
        })
    }

    /// `C_DestroyObject`.
    pub(crate) fn destroy(&self, session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> Result<()> {
        let destroy = function!(self, C_DestroyObject);
        // SAFETY: two numbers.
        Rv::ok(unsafe { destroy(session, object) })
    }

    /// `C_DigestInit`, `C_DigestKey` and `C_DigestUpdate` for each part, `C_DigestFinal`: 32 bytes.
    pub(crate) fn digest(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        parts: &[DigestPart<'_>],
    ) -> Result<Zeroizing<[u8; 32]>> {
        let (init, last) = (function!(self, C_DigestInit), function!(self, C_DigestFinal));
        let (key, update) = (function!(self, C_DigestKey), function!(self, C_DigestUpdate));
        // SAFETY: the mechanism and all it points to live until the call returns.
        Rv::ok(mechanism.lend(|mechanism| unsafe { init(session, mechanism) }))?;
        for part in parts {
            let rv = match part {
                // SAFETY: two numbers.
                DigestPart::Key(handle) => unsafe { key(session, *handle) },
                // SAFETY: the bytes are only read.
                DigestPart::Bytes(bytes) => unsafe { update(session, reading(bytes), len(bytes.len())) },
            };
            Rv::ok(rv)?;
        }
        // SAFETY: `out` has the room that `written` says.
        let digest = filled(32, |out, written| unsafe { last(session, out, written) })?;
        let mut out = Zeroizing::new([0; 32]);
        *out = <[u8; 32]>::try_from(digest.as_slice()).map_err(|_| Rv(CKR_GENERAL_ERROR))?;
        Ok(out)
    }

    /// The attributes of an object, one at a time.
    pub(crate) const fn attributes(
        &self,
        session: CK_SESSION_HANDLE,
        object: CK_OBJECT_HANDLE,
    ) -> Attributes<'_> {
        Attributes { raw: self, session, object }
    }
}

impl Attributes<'_> {
    /// The attribute's bytes; `None` if the object has no such attribute or does not tell it.
    pub(crate) fn bytes(&self, kind: CK_ATTRIBUTE_TYPE) -> Result<Option<Bytes>> {
        self.sized(kind, MAX_ATTRIBUTE, MAX_ATTRIBUTE)
    }

    /// The same of a shared secret.
    pub(crate) fn secret(&self) -> Result<Option<Bytes>> {
        self.sized(CKA_VALUE, MAX_SECRET, 4 * MAX_SECRET)
    }

    /// The same of at most `most` bytes: NSS wants the very length of a number. There is `room` for more than it is
    /// told of, because NSS was seen to write past a buffer that is too short.
    fn sized(&self, kind: CK_ATTRIBUTE_TYPE, most: usize, room: usize) -> Result<Option<Bytes>> {
        let read = function!(self.raw, C_GetAttributeValue);
        let mut out = Zeroizing::new(vec![0; room.max(most)]);
        let mut attribute =
            CK_ATTRIBUTE { type_: kind, pValue: out.as_mut_ptr().cast(), ulValueLen: len(most) };
        // SAFETY: `out` has the room that the attribute says.
        let rv = unsafe { read(self.session, self.object, &raw mut attribute, 1) };
        if matches!(rv, CKR_ATTRIBUTE_TYPE_INVALID | CKR_ATTRIBUTE_SENSITIVE) {
            return Ok(None);
        }
        Rv::ok(rv)?;
        let written = attribute.ulValueLen;
        if written == CK_UNAVAILABLE_INFORMATION {
            return Ok(None);
        }
        let written = usize::try_from(written).ok().filter(|written| *written <= most);
        out.truncate(written.ok_or(Rv(CKR_GENERAL_ERROR))?);
        Ok(Some(out))
    }

    /// The attribute as yes or no; `None` also for what is neither.
    pub(crate) fn flag(&self, kind: CK_ATTRIBUTE_TYPE) -> Result<Option<bool>> {
        Ok(match self.sized(kind, 1, MAX_ATTRIBUTE)?.as_deref().map(Vec::as_slice) {
            Some([0]) => Some(false),
            Some([1]) => Some(true),
            _ => None,
        })
    }

    /// The attribute as a number; `None` also for what is none.
    pub(crate) fn number(&self, kind: CK_ATTRIBUTE_TYPE) -> Result<Option<CK_ULONG>> {
        let bytes = self.sized(kind, size_of::<CK_ULONG>(), MAX_ATTRIBUTE)?;
        let bytes = bytes.and_then(|bytes| <[u8; size_of::<CK_ULONG>()]>::try_from(bytes.as_slice()).ok());
        Ok(bytes.map(CK_ULONG::from_ne_bytes))
    }
}
