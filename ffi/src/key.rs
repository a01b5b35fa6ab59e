//! Private keys, wherever they are.

use crate::algorithm;
use crate::boundary::{Output, guard, input_up_to, place};
use crate::error::{Failure, Result};
use crate::handle::{self, Handle, held};
use crate::policy::{khoalai_policy, policy};
use crate::public::{Public, khoalai_public_key};
use core::ffi::{c_int, c_uchar, c_uint};
use khoalai::algorithm::Kind;
use khoalai::encode::encrypted::{self, Encrypted};
use khoalai::encode::openssh::PrivateKeyFile;
use khoalai::encode::pem::{self, Label};
use khoalai::encode::{Format, pkcs8, spki};
use khoalai::limits::{MAX_PEM, MAX_PRIVATE_KEY};
use khoalai::{
    Algorithm, BoxedKey, Custody, DecapsulationKey, Hedge, Input, Policy, PrivateKey, PublicKey, Random,
    SigningKey, SystemRandom,
};
use zeroize::Zeroizing;

/// A key that software holds whole, and may write out, or any other.
pub enum AnyKey {
    Software(BoxedKey),
    Other(Box<dyn PrivateKey + Send + Sync>),
}

impl AnyKey {
    fn get(&self) -> &(dyn PrivateKey + Send + Sync) {
        match self {
            Self::Software(key) => key,
            Self::Other(key) => key,
        }
    }
}

impl PrivateKey for AnyKey {
    fn algorithm(&self) -> Algorithm {
        self.get().algorithm()
    }

    fn custody(&self) -> Custody {
        self.get().custody()
    }

    fn device(&self) -> Option<usize> {
        self.get().device()
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        self.get().public_key(out)
    }

    fn decapsulate(
        &self,
        ciphertext: &[u8],
        random: &mut dyn Random,
        secret: &mut [u8],
    ) -> khoalai::Result<()> {
        self.get().decapsulate(ciphertext, random, secret)
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> khoalai::Result<&'o [u8]> {
        self.get().sign(input, context, hedge, random, out)
    }
}

/// A key that was checked once, by what it does.
pub enum Key {
    Opens(DecapsulationKey<AnyKey>),
    Signs(SigningKey<AnyKey>),
}

impl Key {
    pub fn new(key: AnyKey, policy: Policy) -> Result<Self> {
        Ok(match key.algorithm().kind() {
            Kind::Signature => Self::Signs(policy.signing_key(key)?),
            _ => Self::Opens(policy.decapsulation_key(key)?),
        })
    }

    fn get(&self) -> &AnyKey {
        match self {
            Self::Opens(key) => key.get(),
            Self::Signs(key) => key.get(),
        }
    }

    pub fn algorithm(&self) -> Algorithm {
        self.get().algorithm()
    }

    pub fn custody(&self) -> Custody {
        self.get().custody()
    }
}

held!(khoalai_key, Key, b"Kkey");

/// Whether a key of this algorithm in memory would be accepted: before there is one.
fn permitted(algorithm: Algorithm, policy: Policy) -> Result<()> {
    policy.check_algorithm(algorithm)?;
    if algorithm.is_classical() {
        return Err(khoalai::Error::ClassicalOnly.into());
    }
    policy.check_custody(khoalai::custody_of(algorithm)?)?;
    Ok(())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_generate(
    algorithm: c_uint,
    policy: *const khoalai_policy,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (key, policy) = (unsafe { handle::new(key) }?, unsafe { self::policy(policy) }?);
        let algorithm = algorithm::of(algorithm)?;
        permitted(algorithm, policy)?;
        let made = khoalai::generate(algorithm, &mut SystemRandom)?;
        Handle::give(Key::new(AnyKey::Software(made), policy)?, key);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_import(
    algorithm: c_uint,
    policy: *const khoalai_policy,
    private_key: *const c_uchar,
    private_key_len: usize,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (key, policy) = (unsafe { handle::new(key) }?, unsafe { self::policy(policy) }?);
        let algorithm = algorithm::of(algorithm)?;
        // SAFETY: as the header says.
        let private_key = unsafe { input_up_to(private_key, private_key_len, MAX_PRIVATE_KEY) }?;
        permitted(algorithm, policy)?;
        let read = khoalai::import(algorithm, private_key)?;
        Handle::give(Key::new(AnyKey::Software(read), policy)?, key);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_read(
    policy: *const khoalai_policy,
    content: *const c_uchar,
    content_len: usize,
    passphrase: *const c_uchar,
    passphrase_len: usize,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (key, policy) = (unsafe { handle::new(key) }?, unsafe { self::policy(policy) }?);
        // SAFETY: as the header says.
        let content = unsafe { input_up_to(content, content_len, MAX_PEM) }?;
        // SAFETY: as the header says.
        let passphrase = unsafe { input_up_to(passphrase, passphrase_len, MAX_PEM) }?;
        let read = read(content, passphrase, policy)?;
        Handle::give(Key::new(AnyKey::Software(read), policy)?, key);
        Ok(())
    })
}

/// Reads a key in whatever form its content says.
fn read(content: &[u8], passphrase: &[u8], policy: Policy) -> Result<BoxedKey> {
    let mut der = Zeroizing::new(vec![0; content.len()]);
    let (label, content) = match Format::of(content) {
        Format::Pem => {
            let document = pem::decode(content, &mut der)?;
            policy.check_mark(document.test_only)?;
            (document.label, document.der)
        }
        Format::Der if Encrypted::is_one(content) => (Label::EncryptedPrivateKey, content),
        Format::Der if is_public(content) => return Err(Failure::NotPrivate),
        Format::Der => (Label::PrivateKey, content),
        _ => return Err(khoalai::Error::Malformed.into()),
    };
    let mut opened = Zeroizing::new(vec![0; content.len()]);
    let needed = || if passphrase.is_empty() { Err(Failure::PassphraseNeeded) } else { Ok(()) };
    match label {
        Label::PrivateKey => Ok(pkcs8::decode(content, Algorithm::ALL)?.load_boxed()?),
        Label::EncryptedPrivateKey => {
            let file = Encrypted::read(content)?;
            needed()?;
            let content = file.decrypt(passphrase, &mut opened)?;
            Ok(pkcs8::decode(content, Algorithm::ALL)?.load_boxed()?)
        }
        Label::OpensshPrivateKey => {
            let file = PrivateKeyFile::read(content)?;
            if file.is_encrypted() {
                needed()?;
            }
            Ok(file.open(passphrase, &mut opened)?.load_boxed()?)
        }
        _ => Err(Failure::NotPrivate),
    }
}

fn is_public(der: &[u8]) -> bool {
    spki::decode(der, Algorithm::ALL).err() != Some(khoalai::Error::Malformed)
}

pub const RAW: c_uint = 1;
pub const DER: c_uint = 2;
pub const PEM: c_uint = 3;
pub const MARK_TEST_ONLY: c_uint = 0x100;

/// The encoding without its mark, and whether it had one.
pub fn marked(encoding: c_uint) -> Result<(c_uint, bool)> {
    match (encoding & !MARK_TEST_ONLY, encoding & MARK_TEST_ONLY != 0) {
        (PEM, test_only) => Ok((PEM, test_only)),
        (encoding @ (RAW | DER), false) => Ok((encoding, false)),
        _ => Err(Failure::WrongValue),
    }
}

/// Puts PEM around DER.
pub fn to_pem(label: Label, test_only: bool, der: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(vec![0; 2 * der.len() + 200]);
    let len = pem::encode(label, test_only, der, &mut text)?.len();
    text.truncate(len);
    Ok(text)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_write(
    key: *const khoalai_key,
    encoding: c_uint,
    passphrase: *const c_uchar,
    passphrase_len: usize,
    out: *mut c_uchar,
    out_len: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (out, key) = (unsafe { Output::new(out, out_len) }?, unsafe { Handle::get(key) });
        // SAFETY: as the header says.
        let passphrase = unsafe { input_up_to(passphrase, passphrase_len, MAX_PEM) };
        let written = key.and_then(|key| write(&key, encoding, passphrase?));
        out.copy_of(written)
    })
}

fn write(key: &Key, encoding: c_uint, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let AnyKey::Software(key) = key.get() else { return Err(khoalai::Error::NotExportable.into()) };
    let (encoding, test_only) = marked(encoding)?;
    let mut raw = Zeroizing::new(vec![0; key.algorithm().private_key_len()]);
    let len = key.expose_private_key(&mut raw)?.len();
    raw.truncate(len);
    if encoding == RAW {
        return if passphrase.is_empty() { Ok(raw) } else { Err(Failure::WrongValue) };
    }
    let mut der = Zeroizing::new(vec![0; raw.len() + 64]);
    let len = pkcs8::encode(key.algorithm(), &raw, &mut der)?.len();
    der.truncate(len);
    let mut label = Label::PrivateKey;
    if !passphrase.is_empty() {
        let mut sealed = Zeroizing::new(vec![0; der.len() + 256]);
        let len = encrypted::encrypt(&der, passphrase, &mut SystemRandom, &mut sealed)?.len();
        sealed.truncate(len);
        (der, label) = (sealed, Label::EncryptedPrivateKey);
    }
    if encoding == PEM { to_pem(label, test_only, &der) } else { Ok(der) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_algorithm(key: *const khoalai_key, algorithm: *mut c_uint) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (key, to) = (unsafe { Handle::get(key) }?, unsafe { place(algorithm) }?);
        *to = algorithm::number_of(key.algorithm())?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_public(
    key: *const khoalai_key,
    public_key: *mut *mut khoalai_public_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, key) = (unsafe { handle::new(public_key) }?, unsafe { Handle::get(key) }?);
        let algorithm = key.algorithm();
        let mut public = vec![0; algorithm.public_key_len()];
        let len = key.get().public_key(&mut public)?.len();
        public.truncate(len);
        // The policy has let the private key in already.
        let public: PublicKey<Vec<u8>> = Policy::STRICT.permit_legacy().public_key(algorithm, public)?;
        Handle::give(Public::new(public), to);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_free(key: *mut *mut khoalai_key) {
    // SAFETY: as the header says.
    unsafe { handle::free(key) }
}
