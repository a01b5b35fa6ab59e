//! Loading keys. What a file is gets told by its content.

use crate::args;
use crate::certificate;
use crate::device::{self, Devices};
use crate::failure::{Failure, Problem};
use crate::input;
use crate::passphrase::Passphrase;
use crate::session::Session;
use clap::ArgMatches;
use khoalai::encode::encrypted::Encrypted;
use khoalai::encode::openssh::{self, PrivateKeyFile};
use khoalai::encode::pem::{self, Label};
use khoalai::encode::{Format, obsolete, pkcs8, spki};
use khoalai::limits::MAX_PEM;
use khoalai::{Algorithm, BoxedKey, Error, PrivateKey, PublicKey};
use khoalai_hsm::{
    Access, ComponentSecrets, FactorKind, KeyReference, MAX_KEY_FILE, ObjectType, SecondFactor, Uri,
};
use std::io::Read;
use std::path::Path;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode, Tag, Tagged};
use zeroize::Zeroizing;

/// A private key and what its file said about it.
pub(crate) struct Private {
    pub(crate) key: Box<dyn PrivateKey + Send + Sync>,
    pub(crate) test_only: bool,
}

impl Private {
    /// The public key that belongs to it.
    pub(crate) fn public(&self) -> Result<PublicKey<Vec<u8>>, Failure> {
        let algorithm = self.key.algorithm();
        let mut public = vec![0; algorithm.public_key_len()];
        let len = self.key.public_key(&mut public)?.len();
        public.truncate(len);
        Ok(PublicKey::new(algorithm, public)?)
    }
}

/// Reads a private key: PKCS#8, encrypted or not, as PEM or DER, or OpenSSH's own form; or takes one
/// that a device holds, by its URI.
pub(crate) fn private(session: &Session, matches: &ArgMatches, path: &Path) -> Result<Private, Failure> {
    let private = match device::uri(path) {
        Some(uri) => in_device(session, matches, &uri?),
        None if is_reference(path) => referred(session, matches, path),
        None => read_private(session, path, args::get_path(matches, "passphrase-file")),
    };
    private.map_err(|failure| failure.about(path))
}

/// Reads a key reference.
pub(crate) fn reference(path: &Path) -> Result<KeyReference, Failure> {
    let read = || {
        let content = input::read(path, MAX_PEM)?;
        let text = core::str::from_utf8(&content).map_err(|_| Error::Malformed)?;
        Ok(KeyReference::from_pem(text)?)
    };
    read().map_err(|failure: Failure| failure.about(path))
}

/// The key that a reference means: its tokens are opened, each once.
fn referred(session: &Session, matches: &ArgMatches, path: &Path) -> Result<Private, Failure> {
    let reference = reference(path)?;
    let devices = Devices::of(session, matches)?;
    let needs = reference.needs()?;
    let tokens = needs.tokens.iter().map(|uri| devices.open(session, uri)).collect::<Result<Vec<_>, _>>()?;
    let factor = match needs.factor {
        Some(FactorKind::Passphrase) => {
            let passphrase = Passphrase::ask(session, args::get_path(matches, "passphrase-file"), path)?;
            Some(SecondFactor::passphrase(passphrase.composed())?)
        }
        Some(FactorKind::KeyFile) => args::get_path(matches, "key-file").map(key_file).transpose()?,
        None => None,
    };
    let access = Access::to(&tokens);
    let key = reference.open(factor.as_ref().map_or(access, |factor| access.with(factor)))?;
    Ok(Private { key, test_only: false })
}

/// The second factor in this key file, all of it.
pub(crate) fn key_file(path: &Path) -> Result<SecondFactor, Failure> {
    let mut file = input::open(path)?;
    input::only_ours(&file, path, Problem::KeyFileOpen, Problem::KeyFileUnsupported)?;
    let content = input::read_from(&mut file, path, MAX_KEY_FILE)?;
    SecondFactor::key_file(content).map_err(|error| Failure::from(error).about(path))
}

/// Whether this file holds a key reference.
fn is_reference(path: &Path) -> bool {
    let regular = path.metadata().is_ok_and(|metadata| metadata.is_file());
    regular && input::read(path, MAX_PEM).is_ok_and(|content| KeyReference::is_one(&content))
}

/// The hybrid key whose halves are both in this token, under the name that the URI gives.
fn in_device(session: &Session, matches: &ArgMatches, uri: &Uri) -> Result<Private, Failure> {
    let name = hybrid_name(uri)?;
    let key =
        Devices::of(session, matches)?.open(session, uri)?.open_any(name, ComponentSecrets::StayInside)?;
    Ok(Private { key, test_only: false })
}

/// The name of a hybrid key in a token: its halves have identifiers of their own, so that there is none for both.
pub(crate) fn hybrid_name(uri: &Uri) -> Result<&str, Failure> {
    let fits = uri.id().is_none() && uri.object_type().is_none_or(|kind| kind == ObjectType::Private);
    if !fits {
        return Err(Problem::NotByName.into());
    }
    Ok(uri.object().ok_or(Problem::KeyNotNamed)?)
}

fn read_private(session: &Session, path: &Path, passphrase: Option<&Path>) -> Result<Private, Failure> {
    let document = Document::read(path)?;
    let sort = document.sort().ok_or(Error::Malformed)?;
    if !sort.is_private() {
        return Err(Problem::NotPrivate.into());
    }
    document.permit(session)?;
    let content = &document.content;
    let key = match sort {
        // The cost is judged before anybody is asked for a passphrase.
        Sort::EncryptedPrivateKey => {
            let file = Encrypted::read(content)?;
            let mut out = Zeroizing::new(vec![0; content.len()]);
            let passphrase = Passphrase::ask(session, passphrase, path)?;
            let len = passphrase.try_each(|passphrase| Ok(file.decrypt(passphrase, &mut out)?.len()))?;
            out.truncate(len);
            import(&out, path)?
        }
        Sort::OpensshPrivateKey => {
            let file = PrivateKeyFile::read(content)?;
            let mut out = Zeroizing::new(vec![0; content.len()]);
            if file.is_encrypted() {
                let passphrase = Passphrase::ask(session, passphrase, path)?;
                passphrase.try_each(|passphrase| file.open(passphrase, &mut out)?.load_boxed())?
            } else {
                file.open(b"", &mut out)?.load_boxed()?
            }
        }
        _ => import(content, path)?,
    };
    if key.algorithm().is_classical() {
        return Err(Error::ClassicalOnly.into());
    }
    Ok(Private { key: Box::new(key), test_only: document.test_only })
}

fn import(der: &[u8], path: &Path) -> Result<BoxedKey, Failure> {
    let key = pkcs8::decode(der, Algorithm::ALL).and_then(|decoded| decoded.load_boxed());
    key.map_err(|error| of_which_draft(error, der, path))
}

/// Names the superseded draft, where it is one.
fn of_which_draft(error: Error, der: &[u8], path: &Path) -> Failure {
    match obsolete::name_in(der) {
        Some(name) if error == Error::ObsoleteAlgorithm => {
            Failure::from(error).saying(format!("{}: {name}", path.display())).detail("draft", name.into())
        }
        _ => error.into(),
    }
}

/// Reads a public key: PEM or DER, on its own or in a certificate, or a line of OpenSSH's.
pub(crate) fn public(session: &Session, path: &Path) -> Result<PublicKey<Vec<u8>>, Failure> {
    read_public(session, path).map_err(|failure| failure.about(path))
}

fn read_public(session: &Session, path: &Path) -> Result<PublicKey<Vec<u8>>, Failure> {
    let document = Document::read(path)?;
    document.permit(session)?;
    let content = &document.content;
    let info = match document.sort().ok_or(Error::Malformed)? {
        Sort::PublicKey => content.to_vec(),
        Sort::Certificate => {
            session.warn("CERTIFICATE_NOT_CHECKED", session.text.certificate_not_checked);
            certificate::public_key_info(content)?
        }
        Sort::OpensshPublicKey => {
            let mut key = vec![0; content.len()];
            let (algorithm, key) = openssh::decode_public(content, &mut key)?;
            return Ok(PublicKey::new(algorithm, key.to_vec())?);
        }
        _ => return Err(Problem::NotPublic.into()),
    };
    let key = PublicKey::from_spki(&info, Algorithm::ALL);
    let key = key.map_err(|error| of_which_draft(error, &info, path))?;
    Ok(PublicKey::new(key.algorithm(), key.as_bytes().to_vec())?)
}

/// What a key file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    PublicKey,
    PrivateKey,
    EncryptedPrivateKey,
    Certificate,
    OpensshPrivateKey,
    OpensshPublicKey,
}

impl Sort {
    fn of(label: Label) -> Option<Self> {
        match label {
            Label::PublicKey => Some(Self::PublicKey),
            Label::PrivateKey => Some(Self::PrivateKey),
            Label::EncryptedPrivateKey => Some(Self::EncryptedPrivateKey),
            Label::Certificate => Some(Self::Certificate),
            Label::OpensshPrivateKey => Some(Self::OpensshPrivateKey),
            _ => None,
        }
    }

    fn is_private(self) -> bool {
        matches!(self, Self::PrivateKey | Self::EncryptedPrivateKey | Self::OpensshPrivateKey)
    }
}

/// A key file, taken out of its PEM.
struct Document {
    content: Zeroizing<Vec<u8>>,
    /// What it says it is; DER says nothing.
    sort: Option<Sort>,
    test_only: bool,
}

impl Document {
    fn read(path: &Path) -> Result<Self, Failure> {
        Ok(Self::of(input::read(path, MAX_PEM)?)?)
    }

    fn of(content: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        match Format::of(&content) {
            Format::Pem => {
                let mut der = Zeroizing::new(vec![0; content.len()]);
                let document = pem::decode(&content, &mut der)?;
                let (label, test_only, len) = (document.label, document.test_only, document.der.len());
                der.truncate(len);
                Ok(Self { content: der, sort: Sort::of(label), test_only })
            }
            Format::Der => Ok(Self { content, sort: None, test_only: false }),
            _ if openssh::is_public_key_line(&content) => {
                Ok(Self { content, sort: Some(Sort::OpensshPublicKey), test_only: false })
            }
            _ => Err(Error::Malformed),
        }
    }

    /// What it holds: what it says, or what the DER looks like.
    fn sort(&self) -> Option<Sort> {
        let is = |result: Option<Error>| result != Some(Error::Malformed);
        self.sort.or_else(|| {
            if is(spki::decode(&self.content, Algorithm::ALL).err()) {
                Some(Sort::PublicKey)
            } else if is(pkcs8::decode(&self.content, Algorithm::ALL).err()) {
                Some(Sort::PrivateKey)
            } else if Encrypted::is_one(&self.content) {
                Some(Sort::EncryptedPrivateKey)
            } else if certificate::public_key_info(&self.content).is_ok() {
                Some(Sort::Certificate)
            } else {
                None
            }
        })
    }

    /// Refuses a TEST ONLY key unless asked for.
    fn permit(&self, session: &Session) -> Result<(), Failure> {
        let permitted = session.policy.check_mark(self.test_only);
        permitted.map_err(|error| Failure::from(error).advice(|text| text.allow_test_keys_advice))?;
        if self.test_only {
            session.warn("TEST_ONLY_KEY", session.text.test_only_key);
        }
        Ok(())
    }
}

/// In the labels of all private keys, whatever program wrote them.
const PRIVATE_KEYS: [&[u8]; 2] = [b"PRIVATE KEY-----", b"PRIVATE KEY BLOCK-----"];

/// Whether this is DER as all private keys are, also of kinds that are not read here: a SEQUENCE that
/// begins with version 0 or 1 (PKCS#8; RSA's of RFC 8017, EC's of RFC 5915, DSA's).
fn looks_private(content: &[u8]) -> bool {
    let Ok(document) = AnyRef::from_der(content) else { return false };
    document.tag() == Tag::Sequence && matches!(document.value(), [0x02, 0x01, 0 | 1, 0x30 | 0x02 | 0x04, ..])
}

/// Whether this file holds a key reference, and no private key beside it.
pub(crate) fn is_reference_alone(path: &Path) -> bool {
    beginning(path).is_some_and(|content| KeyReference::is_one(&content) && !names_private_key(&content))
}

/// The beginning of a regular file: only as much as a key can be, what is longer is none.
fn beginning(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    let regular = path.metadata().is_ok_and(|metadata| metadata.is_file());
    let file = regular.then(|| std::fs::File::open(path).ok()).flatten()?;
    let limit = u64::try_from(MAX_PEM).unwrap_or(u64::MAX);
    input::read_from(&mut file.take(limit), path, MAX_PEM).ok()
}

/// Whether the label of a private key is there: in a file of several blocks, or of a kind that is not
/// read here, it is one all the same.
fn names_private_key(content: &[u8]) -> bool {
    PRIVATE_KEYS.iter().any(|label| content.windows(label.len()).any(|window| window == *label))
}

/// Whether a private key is in this file, so that it must not be written over by accident.
pub(crate) fn is_private_key_file(path: &Path) -> bool {
    let Some(content) = beginning(path) else { return false };
    if names_private_key(&content) {
        return true;
    }
    // A reference may have the only copy of a sealed half in it.
    if looks_private(&content) || KeyReference::is_one(&content) {
        return true;
    }
    let document = Document::of(content);
    let sort = document.ok().and_then(|document| document.sort());
    sort.is_some_and(Sort::is_private)
}

/// Writes a key as PEM.
pub(crate) fn to_pem(label: Label, test_only: bool, der: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut out = Zeroizing::new(vec![0; 2 * der.len() + 200]);
    let len = pem::encode(label, test_only, der, &mut out)?.len();
    out.truncate(len);
    Ok(out)
}

/// Writes a public key as DER.
pub(crate) fn public_to_der(key: &PublicKey<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    let mut out = vec![0; key.as_bytes().len() + 64];
    let len = spki::encode(key.algorithm(), key.as_bytes(), &mut out)?.len();
    out.truncate(len);
    Ok(out)
}
