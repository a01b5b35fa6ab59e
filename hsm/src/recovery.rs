//! Who opens messages when a token is lost.
//!
//! Nothing that a token holds for good can be copied, so a key that opens messages is made together with
//! another one, elsewhere, that gets every message too: a key with a reference of its own in a second
//! token, or one in software that is kept off line. Its public key is recorded in the reference.

use crate::error::{Problem, Result};
use crate::factor::SecondFactor;
use khoalai::algorithm::Kind;
use khoalai::encode::encrypted::{self, Encrypted};
use khoalai::encode::pem::{self, Label};
use khoalai::encode::{pkcs8, spki};
use khoalai::{Algorithm, BoxedKey, ExportPrivateKey, PrivateKey, PublicKey, Random};
use zeroize::Zeroizing;

/// What a new key's loss is planned with. There is no default: the caller says it.
#[derive(Clone, Debug)]
pub enum Recovery {
    /// The owner of this key opens the messages. Senders encrypt to both.
    Key(PublicKey<Vec<u8>>),
    /// Nobody: with the token all that was sent to the key is lost. The only one for keys that sign, which
    /// are made anew instead.
    NoRecovery,
}

impl Recovery {
    /// Whether this can be the recovery of a key of `algorithm`.
    pub(crate) fn check(&self, algorithm: Algorithm) -> Result<()> {
        match self {
            Self::Key(key) => fits(algorithm, &[], key),
            Self::NoRecovery => Ok(()),
        }
    }

    /// As a reference records it.
    pub(crate) fn spki(&self) -> Result<Option<Vec<u8>>> {
        let Self::Key(key) = self else { return Ok(None) };
        let mut out = vec![0; key.as_bytes().len() + 64];
        // An algorithm without an object identifier has none.
        let len = spki::encode(key.algorithm(), key.as_bytes(), &mut out);
        let len = len.map_err(|_| Problem::RecoveryUnfit)?.len();
        out.truncate(len);
        Ok(Some(out))
    }
}

/// Whether `key` can be the recovery key of a key of `algorithm` with this public key, whose first part is
/// that of its post-quantum half.
pub(crate) fn fits(algorithm: Algorithm, public: &[u8], key: &PublicKey<Vec<u8>>) -> Result<()> {
    let opens = algorithm.kind() == Kind::Kem && key.algorithm().kind() == Kind::Kem;
    if opens && !public.starts_with(key.as_bytes()) { Ok(()) } else { Err(Problem::RecoveryUnfit.into()) }
}

/// A recovery key in software: a private key under a passphrase, to be kept off line and apart from the
/// token, and its public key.
pub struct RecoveryFile {
    /// `ENCRYPTED PRIVATE KEY` in PEM (PKCS#8, PBES2).
    pub pem: String,
    /// What [`Recovery::Key`] takes.
    pub public_key: PublicKey<Vec<u8>>,
}

impl RecoveryFile {
    /// Makes a key of `algorithm` ([`khoalai::X_WING`] is a good one).
    ///
    /// # Errors
    /// [`Problem::RecoveryUnfit`] for an algorithm that does not open messages or has no object
    /// identifier; [`Problem::FactorMissing`] for a factor that is no passphrase; what making a key can say.
    pub fn generate(
        algorithm: Algorithm,
        passphrase: &SecondFactor,
        random: &mut dyn Random,
    ) -> Result<Self> {
        let passphrase = passphrase.expose_passphrase()?;
        if algorithm.kind() != Kind::Kem || algorithm.row().identifier.is_none() {
            return Err(Problem::RecoveryUnfit.into());
        }
        let key = khoalai::generate(algorithm, random)?;
        let mut public = vec![0; algorithm.public_key_len()];
        let len = key.public_key(&mut public)?.len();
        public.truncate(len);
        let mut raw = Zeroizing::new(vec![0; algorithm.private_key_len()]);
        let raw = key.expose_private_key(&mut raw)?;
        let encrypted = encrypt(algorithm, raw, passphrase, random)?;
        let mut text = vec![0; 2 * encrypted.len() + 256];
        let pem = pem::encode(Label::EncryptedPrivateKey, false, &encrypted, &mut text)?.to_owned();
        Ok(Self { pem, public_key: PublicKey::new(algorithm, public)? })
    }

    /// Opens what [`generate`](Self::generate) made.
    ///
    /// # Errors
    /// [`khoalai::Error::Malformed`], [`khoalai::Error::PassphraseWrong`]; [`Problem::FactorMissing`] for a
    /// factor that is no passphrase.
    pub fn open(pem: &str, passphrase: &SecondFactor) -> Result<BoxedKey> {
        let mut der = vec![0; pem.len()];
        let document = pem::decode(pem.as_bytes(), &mut der)?;
        if document.label != Label::EncryptedPrivateKey || document.test_only {
            return Err(khoalai::Error::Malformed.into());
        }
        let opened = decrypt(document.der, passphrase.expose_passphrase()?)?;
        Ok(pkcs8::decode(&opened, Algorithm::ALL)?.load_boxed()?)
    }
}

/// An `EncryptedPrivateKeyInfo` of a raw private key.
pub(crate) fn encrypt(
    algorithm: Algorithm,
    raw: &[u8],
    passphrase: &[u8],
    random: &mut dyn Random,
) -> Result<Vec<u8>> {
    let mut der = Zeroizing::new(vec![0; raw.len() + 128]);
    let len = pkcs8::encode(algorithm, raw, &mut der)?.len();
    let mut out = vec![0; len + 256];
    let len = encrypted::encrypt(der.get(..len).unwrap_or_default(), passphrase, random, &mut out)?.len();
    out.truncate(len);
    Ok(out)
}

/// The `PrivateKeyInfo` in an `EncryptedPrivateKeyInfo`.
pub(crate) fn decrypt(encrypted: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let mut der = Zeroizing::new(vec![0; encrypted.len()]);
    let len = Encrypted::read(encrypted)?.decrypt(passphrase, &mut der)?.len();
    der.truncate(len);
    Ok(der)
}
