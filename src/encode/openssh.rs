//! Keys of OpenSSH for `ssh-mldsa44-ed25519@openssh.com`, which are those of the composite
//! [`MLDSA44_ED25519_SHA512`] (draft-miller-sshm-mldsa44-ed25519-composite-sigs-00). They are read and
//! not written.
//!
//! Public keys are lines as `ssh-keygen` writes them to `.pub` files; private keys are what stands
//! under the PEM label `OPENSSH PRIVATE KEY` ([`pem::Label::OpensshPrivateKey`](super::pem::Label)),
//! described in OpenSSH's `PROTOCOL.key`: plain, or encrypted by AES-256-CTR under bcrypt, as
//! `ssh-keygen` does unless told otherwise. Signatures over SSH's own data carry SSH's frame around
//! the composite signature; that frame is not made here.

use super::decoded::Decoded;
use crate::algorithm::Algorithm;
use crate::bytes::{put, room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::limits::{MAX_BCRYPT_ROUNDS, MAX_DER, MAX_PEM};
use crate::secret::Secret;
use crate::soft::PrivateForm;
use crate::soft::passphrase;
use crate::table::MLDSA44_ED25519_SHA512;
use base64ct::{Base64, Encoding};
use ssh_encoding::{Decode, Reader};

/// What SSH calls the algorithm.
pub const NAME: &str = "ssh-mldsa44-ed25519@openssh.com";

const ALGORITHM: Algorithm = MLDSA44_ED25519_SHA512;
const MAGIC: &[u8] = b"openssh-key-v1\0";
/// Length of a public key as SSH writes it: name and key, each with its length.
const BLOB: usize = 4 + NAME.len() + 4 + ALGORITHM.public_key_len();

/// Whether this looks like a line with a public key of this algorithm.
#[must_use]
pub fn is_public_key_line(content: &[u8]) -> bool {
    content.strip_prefix(NAME.as_bytes()).is_some_and(|rest| matches!(rest.first(), Some(b' ' | b'\t')))
}

/// Reads a public key from its line: the name, the key in base64, and whatever comment follows.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::UnknownAlgorithm`] for a key of SSH's that is of another kind;
/// [`Error::BadPublicKey`]; [`Error::BufferTooSmall`].
pub fn decode_public<'o>(line: &[u8], out: &'o mut [u8]) -> Result<(Algorithm, &'o [u8])> {
    let line = line.trim_ascii();
    if line.len() > MAX_PEM || line.contains(&b'\n') {
        return Err(Error::Malformed);
    }
    let mut words = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    let (name, base64) = words.next().zip(words.next()).ok_or(Error::Malformed)?;
    if name != NAME.as_bytes() {
        return Err(other(name));
    }
    let mut blob = [0; BLOB];
    let blob = Base64::decode(base64, &mut blob).map_err(|_| Error::Malformed)?;
    let key = public_key(blob)?;
    ALGORITHM.check_public_key(key)?;
    Ok((ALGORITHM, put(out, key)?))
}

/// What names of the key types of SSH begin with.
const TYPES: [&[u8]; 4] = [b"ssh-", b"ecdsa-", b"sk-ssh-", b"sk-ecdsa-"];

fn other(name: &[u8]) -> Error {
    let known = TYPES.iter().any(|start| name.starts_with(start));
    if known { Error::UnknownAlgorithm } else { Error::Malformed }
}

/// The raw public key in SSH's form of it.
fn public_key(mut blob: &[u8]) -> Result<&[u8]> {
    let name = string(&mut blob)?;
    if name != NAME.as_bytes() {
        return Err(other(name));
    }
    let key = string(&mut blob)?;
    let whole = blob.is_empty() && key.len() == ALGORITHM.public_key_len();
    if whole { Ok(key) } else { Err(Error::Malformed) }
}

/// A `string` of RFC 4251 §5: not a copy, but a part of what is read.
fn string<'a>(reader: &mut &'a [u8]) -> Result<&'a [u8]> {
    reader
        .read_prefixed(|inside| Ok::<_, ssh_encoding::Error>(core::mem::take(inside)))
        .map_err(|_| Error::Malformed)
}

fn uint32(reader: &mut &[u8]) -> Result<u32> {
    u32::decode(reader).map_err(|_| Error::Malformed)
}

/// A private key file that can be read, at a cost within the limits. Nothing is computed yet.
#[allow(missing_debug_implementations, reason = "it leads to a secret")]
pub struct PrivateKeyFile<'a> {
    public_key: &'a [u8],
    kdf: Option<Bcrypt<'a>>,
    private: &'a [u8],
}

struct Bcrypt<'a> {
    salt: &'a [u8],
    rounds: u32,
}

impl<'a> PrivateKeyFile<'a> {
    /// Reads what stands under the PEM label, and judges its cost.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::UnknownAlgorithm`] for a key of another kind;
    /// [`Error::UnknownEncryption`] for another cipher or KDF; [`Error::TooCostly`].
    pub fn read(content: &'a [u8]) -> Result<Self> {
        let mut rest = content.strip_prefix(MAGIC).ok_or(Error::Malformed)?;
        if content.len() > MAX_DER {
            return Err(Error::Malformed);
        }
        let rest = &mut rest;
        let (cipher, kdf, options) = (string(rest)?, string(rest)?, string(rest)?);
        // OpenSSH itself reads one key per file and no more.
        if uint32(rest)? != 1 {
            return Err(Error::Malformed);
        }
        let public_key = public_key(string(rest)?)?;
        let private = string(rest)?;
        let (kdf, block) = match (cipher, kdf) {
            (b"none", b"none") if options.is_empty() => (None, 8),
            (b"none", _) | (_, b"none") => return Err(Error::Malformed),
            (b"aes256-ctr", b"bcrypt") => (Some(Bcrypt::read(options)?), 16),
            _ => return Err(Error::UnknownEncryption),
        };
        let whole = rest.is_empty() && !private.is_empty() && private.len().is_multiple_of(block);
        if whole { Ok(Self { public_key, kdf, private }) } else { Err(Error::Malformed) }
    }

    /// Whether a passphrase is needed to open it.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.kdf.is_some()
    }

    /// Opens it to the front of `out`, which has room for as many bytes as the whole file has. What
    /// is returned borrows from there, and `out` holds a secret then: wipe it. A key that is not
    /// encrypted needs no passphrase, and one is passed over.
    ///
    /// # Errors
    /// [`Error::PassphraseWrong`]; [`Error::Malformed`]; [`Error::BadPrivateKey`] if the file was put
    /// together from two keys, which [`Decoded::load`] tells as well; [`Error::BufferTooSmall`].
    /// `out` is then zeroed.
    pub fn open<'o>(&self, passphrase: &[u8], out: &'o mut [u8]) -> Result<Decoded<'o>> {
        zero_unless_ok(passphrase::BURN.after(|| self.open_in(passphrase, out)), out)?;
        let (private_key, public_key) = self.parts(room(out, self.private.len())?)?;
        Ok(Decoded {
            algorithm: ALGORITHM,
            form: PrivateForm::Raw(private_key),
            public_key: Some(public_key),
        })
    }

    fn open_in(&self, passphrase: &[u8], out: &mut [u8]) -> Result<()> {
        let out = put(out, self.private)?;
        if let Some(kdf) = &self.kdf {
            let mut derived = Secret::<48>::zero();
            passphrase::bcrypt(passphrase, kdf.salt, kdf.rounds, derived.expose_mut())?;
            let (key, iv) = derived.expose().split_first_chunk::<32>().ok_or(Error::Malformed)?;
            passphrase::ctr(key, crate::bytes::array(iv)?, out)?;
        }
        self.parts(out).map(|_| ())
    }

    /// The private and the public key in the private part, once it is decrypted.
    fn parts<'o>(&self, mut rest: &'o [u8]) -> Result<(&'o [u8], &'o [u8])> {
        let rest = &mut rest;
        // One random number twice: whether the passphrase was right.
        if uint32(rest)? != uint32(rest)? {
            return Err(if self.is_encrypted() { Error::PassphraseWrong } else { Error::Malformed });
        }
        let (name, public_key, private_key, _comment) =
            (string(rest)?, string(rest)?, string(rest)?, string(rest)?);
        let block = if self.is_encrypted() { 16 } else { 8 };
        let padded = rest.len() < block && rest.iter().zip(1..).all(|(byte, count)| *byte == count);
        if name != NAME.as_bytes() || private_key.len() != ALGORITHM.private_key_len() || !padded {
            return Err(Error::Malformed);
        }
        if public_key == self.public_key { Ok((private_key, public_key)) } else { Err(Error::BadPrivateKey) }
    }
}

impl<'a> Bcrypt<'a> {
    fn read(mut options: &'a [u8]) -> Result<Self> {
        let (salt, rounds) = (string(&mut options)?, uint32(&mut options)?);
        if salt.is_empty() || rounds == 0 || !options.is_empty() {
            return Err(Error::Malformed);
        }
        if rounds > MAX_BCRYPT_ROUNDS { Err(Error::TooCostly) } else { Ok(Self { salt, rounds }) }
    }
}
