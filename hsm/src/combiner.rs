//! The combiner inside a token: `SHA3-256(ss_PQ ‖ ss_T ‖ ct_T ‖ ek_T ‖ label)` of two secrets that stay
//! there. Which way works is tried with known secrets, not read from a list of mechanisms.

use crate::error::Problem;
use crate::lane::{Desk, Done};
use crate::raw::{DigestPart, Mechanism, Rv, Template};
use crate::seal;
use crate::templates;
use cryptoki_sys::*;
use zeroize::Zeroizing;

/// How the two secrets are combined: the best way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Combiner {
    /// By deriving keys from keys: CONCATENATE and `SHA3_256_KEY_DERIVE`. Nothing but the result can leave.
    KeyDerive,
    /// By a digest over keys (`C_DigestKey)`: only the result leaves.
    DigestKey,
    /// Outside, from the two secrets themselves. Only if the caller permits it.
    Outside,
}

/// What is hashed behind the two secrets: the classical ciphertext and public key, and the label.
pub(crate) fn behind(ciphertext: &[u8], public: &[u8], label: &[u8]) -> Vec<u8> {
    [ciphertext, public, label].concat()
}

/// Session objects of one operation, destroyed when it ends, however it ends.
pub(crate) struct Objects<'d> {
    desk: &'d Desk<'d>,
    handles: Vec<CK_OBJECT_HANDLE>,
}

impl<'d> Objects<'d> {
    pub(crate) const fn new(desk: &'d Desk<'d>) -> Self {
        Self { desk, handles: Vec::new() }
    }

    pub(crate) fn keep(&mut self, made: Result<CK_OBJECT_HANDLE, Rv>) -> Done<CK_OBJECT_HANDLE> {
        let handle = made?;
        self.handles.push(handle);
        Ok(handle)
    }

    /// Destroys all of them, and tells if that fails.
    pub(crate) fn destroy(mut self) -> Done<()> {
        let mut outcome = Ok(());
        for handle in core::mem::take(&mut self.handles) {
            outcome = outcome.and(self.desk.library.raw.destroy(self.desk.handle(), handle));
        }
        Ok(outcome?)
    }
}

impl Drop for Objects<'_> {
    fn drop(&mut self) {
        for handle in &self.handles {
            // The session is dropped after a failure, and they with it.
            let _ = self.desk.library.raw.destroy(self.desk.handle(), *handle);
        }
    }
}

/// The two secrets, as objects.
#[derive(Clone, Copy)]
pub(crate) struct Secrets {
    pub(crate) pq: CK_OBJECT_HANDLE,
    pub(crate) classical: CK_OBJECT_HANDLE,
}

/// Hashes the two secrets and what is behind them, as one key after the other. `template` says what
/// the result is.
fn derive(
    desk: &Desk<'_>,
    objects: &mut Objects<'_>,
    secrets: Secrets,
    behind: &[u8],
    template: &Template,
) -> Done<CK_OBJECT_HANDLE> {
    let (raw, session) = (&desk.library.raw, desk.handle());
    let sealed = templates::sealed_secret(None);
    let both = raw.derive(session, &Mechanism::ConcatenateKey(secrets.classical), secrets.pq, &sealed);
    let both = objects.keep(both)?;
    let all = raw.derive(session, &Mechanism::ConcatenateData(behind), both, &sealed);
    let all = objects.keep(all)?;
    objects.keep(raw.derive(session, &Mechanism::Plain(CKM_SHA3_256_KEY_DERIVE), all, template))
}

impl Combiner {
    /// The ways that keep the secrets inside, the best first.
    pub(crate) const INSIDE: [Self; 2] = [Self::KeyDerive, Self::DigestKey];

    /// As the record has it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::KeyDerive => "KEY_DERIVE",
            Self::DigestKey => "DIGEST_KEY",
            Self::Outside => "OUTSIDE",
        }
    }

    /// Combines two secrets of the token; the result comes out.
    pub(crate) fn combine(
        self,
        desk: &Desk<'_>,
        objects: &mut Objects<'_>,
        secrets: Secrets,
        behind: &[u8],
    ) -> Done<Zeroizing<Vec<u8>>> {
        let (raw, session) = (&desk.library.raw, desk.handle());
        match self {
            Self::KeyDerive => {
                let result = derive(desk, objects, secrets, behind, &templates::open_secret(32))?;
                let value = raw.attributes(session, result).secret()?;
                let value = value.filter(|value| value.len() == 32);
                Ok(value.ok_or(khoalai::Error::CombinerUnavailable)?)
            }
            Self::DigestKey => {
                let parts = [
                    DigestPart::Key(secrets.pq),
                    DigestPart::Key(secrets.classical),
                    DigestPart::Bytes(behind),
                ];
                // On the heap: what goes from thread to thread is moved, and would be copied.
                let digest = raw.digest(session, &Mechanism::Plain(CKM_SHA3_256), &parts)?;
                Ok(Zeroizing::new(digest.to_vec()))
            }
            Self::Outside => Err(khoalai::Error::CombinerUnavailable.into()),
        }
    }
}

/// Combines two secrets of the token into an AES-256 key that stays there, and is destroyed with the others.
pub(crate) fn combine_inside(
    desk: &Desk<'_>,
    objects: &mut Objects<'_>,
    secrets: Secrets,
    behind: &[u8],
) -> Done<CK_OBJECT_HANDLE> {
    let key = derive(desk, objects, secrets, behind, &templates::sealed_aes())?;
    let attributes = desk.library.raw.attributes(desk.handle(), key);
    let sealed =
        attributes.flag(CKA_SENSITIVE)? == Some(true) && attributes.flag(CKA_EXTRACTABLE)? == Some(false);
    if sealed { Ok(key) } else { Err(Problem::AttributesDiffer.into()) }
}

/// TEST ONLY: what the self-test combines. Anybody knows it.
const KNOWN: ([u8; 32], [u8; 32], &[u8]) = ([0x5a; 32], [0xa5; 32], b"khoalai combiner self-test");

fn known(desk: &Desk<'_>, objects: &mut Objects<'_>) -> Done<Secrets> {
    let mut secret = |value: [u8; 32]| {
        let template = templates::known_secret(&value);
        let made = desk.session.create_object(template.get());
        objects.keep(made.map(|object| object.handle()).map_err(Rv::from))
    };
    Ok(Secrets { pq: secret(KNOWN.0)?, classical: secret(KNOWN.1)? })
}

fn expected() -> [u8; 32] {
    let mut out = [0; 32];
    khoalai::combine::combine(&KNOWN.0, &KNOWN.1, KNOWN.2, b"", b"", &mut out);
    out
}

/// Whether this way gives the right result here.
pub(crate) fn probe(desk: &Desk<'_>, way: Combiner) -> Done<bool> {
    let mut objects = Objects::new(desk);
    let secrets = known(desk, &mut objects)?;
    let right = **way.combine(desk, &mut objects, secrets, KNOWN.2)? == expected();
    objects.destroy()?;
    Ok(right)
}

/// Whether the result can stay inside, and is right: it encrypts a block as software does.
pub(crate) fn probe_inside(desk: &Desk<'_>) -> Done<bool> {
    let mut objects = Objects::new(desk);
    let secrets = known(desk, &mut objects)?;
    let key = combine_inside(desk, &mut objects, secrets, KNOWN.2)?;
    let (nonce, block) = ([0; 12], [0; 16]);
    let mechanism = Mechanism::Gcm(&nonce, b"");
    let sealed = desk.library.raw.encrypt(desk.handle(), &mechanism, key, &block, block.len() + 16)?;
    let right = sealed.as_slice() == seal::encrypt(&expected(), &nonce, b"", &block)?;
    objects.destroy()?;
    Ok(right)
}
