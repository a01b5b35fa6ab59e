//! Keys of OpenSSH: those that `ssh-keygen` wrote, and files by hand that are wrong in every way.
//!
//! `tests/data/openssh` was made for this by ssh-keygen of OpenSSH 10.5 (`-t mldsa44-ed25519`): one key,
//! plain and under the passphrase "khoalai", with its public key. Only the label was changed, to the one
//! that says TEST ONLY.
#![cfg(all(feature = "alloc", feature = "openssh"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use base64ct::{Base64, Encoding};
use ctr::cipher::{KeyIvInit, StreamCipher};
use khoalai::encode::openssh::{self, PrivateKeyFile};
use khoalai::encode::pem::{self, Label};
use khoalai::encode::pkcs8;
use khoalai::limits::{MAX_BCRYPT_ROUNDS, MAX_DER};
use khoalai::soft::{Ed25519, MlDsa44};
use khoalai::{Error, MLDSA44_ED25519_SHA512 as ROW, Whole};
use std::path::Path;
use support::{export, key, public, sign, verify};

/// With this the list of keys needs five bytes of padding.
const COMMENT: &[u8] = b"An's";
const NAME: &str = "ssh-mldsa44-ed25519@openssh.com";

fn data(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/openssh").join(name)).unwrap()
}

/// What is under the label of a file.
fn content(name: &str) -> Vec<u8> {
    let text = data(name);
    let mut out = vec![0; text.len()];
    let document = pem::decode(&text, &mut out).unwrap();
    assert_eq!((document.label, document.test_only), (Label::OpensshPrivateKey, true), "{name}");
    document.der.to_vec()
}

/// `string` of RFC 4251 §5.
fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// A file by hand. Everything can be another thing than it should be.
#[derive(Clone)]
struct File {
    magic: Vec<u8>,
    cipher: &'static str,
    kdf: &'static str,
    options: Vec<u8>,
    count: u32,
    blob: Vec<u8>,
    checks: [u32; 2],
    name: &'static str,
    public: Vec<u8>,
    private: Vec<u8>,
    padding: Vec<u8>,
    behind: Vec<u8>,
}

impl File {
    fn new() -> Self {
        let key = key(ROW, 1);
        let public = public(&*key);
        let file = Self {
            magic: b"openssh-key-v1\0".to_vec(),
            cipher: "none",
            kdf: "none",
            options: vec![],
            count: 1,
            blob: [string(NAME.as_bytes()), string(&public)].concat(),
            checks: [7, 7],
            name: NAME,
            private: export(&*key),
            public,
            padding: vec![],
            behind: vec![],
        };
        file.padded(8)
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut file = Self::new();
        change(&mut file);
        file
    }

    fn padded(mut self, block: usize) -> Self {
        self.padding = vec![];
        self.padding = (1..=u8::try_from(self.list().len().next_multiple_of(block) - self.list().len())
            .unwrap())
            .collect();
        self
    }

    fn list(&self) -> Vec<u8> {
        let [first, second] = self.checks.map(u32::to_be_bytes);
        let fields = [self.name.as_bytes(), &self.public, &self.private, COMMENT].map(string).concat();
        [&first[..], &second, &fields, &self.padding].concat()
    }

    fn around(&self, list: &[u8]) -> Vec<u8> {
        [
            &self.magic[..],
            &string(self.cipher.as_bytes()),
            &string(self.kdf.as_bytes()),
            &string(&self.options),
            &self.count.to_be_bytes(),
            &string(&self.blob),
            &string(list),
            &self.behind,
        ]
        .concat()
    }

    fn bytes(&self) -> Vec<u8> {
        self.around(&self.list())
    }

    /// The same under a passphrase.
    fn encrypted(mut self, passphrase: &[u8], rounds: u32) -> Vec<u8> {
        (self.cipher, self.kdf) = ("aes256-ctr", "bcrypt");
        self.options = [string(b"0123456789abcdef"), rounds.to_be_bytes().to_vec()].concat();
        let file = self.padded(16);
        let (mut derived, mut memory, mut list) = ([0; 48], [0; 64], file.list());
        bcrypt_pbkdf::bcrypt_pbkdf_with_memory(
            passphrase,
            b"0123456789abcdef",
            rounds,
            &mut derived,
            &mut memory,
        )
        .unwrap();
        ctr::Ctr128BE::<aes::Aes256>::new_from_slices(&derived[..32], &derived[32..])
            .unwrap()
            .apply_keystream(&mut list);
        file.around(&list)
    }
}

fn open(content: &[u8], passphrase: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0xA5; content.len()];
    let opened = PrivateKeyFile::read(content)?.open(passphrase, &mut out).map(|decoded| {
        assert_eq!(decoded.algorithm(), ROW);
        decoded.load_boxed().map(|key| public(&*key))
    });
    if opened.is_err() {
        assert!(out.iter().all(|byte| *byte == 0), "something was left");
    }
    opened?
}

#[test]
fn what_ssh_keygen_wrote() {
    let line = data("public");
    assert!(openssh::is_public_key_line(&line));
    let mut out = [0; 1400];
    let (algorithm, bytes) = openssh::decode_public(&line, &mut out).unwrap();
    assert_eq!((algorithm, bytes.len()), (ROW, 1344));
    for (name, passphrase) in [("plain", &b""[..]), ("plain", b"passed over"), ("encrypted", b"khoalai")] {
        let content = content(name);
        assert_eq!(PrivateKeyFile::read(&content).unwrap().is_encrypted(), name == "encrypted");
        assert_eq!(open(&content, passphrase).as_deref(), Ok(bytes), "{name}");
    }
    for wrong in [&b"khoala"[..], b"", b"Khoalai"] {
        assert_eq!(open(&content("encrypted"), wrong), Err(Error::PassphraseWrong));
    }
    // It is the composite: what it signs verifies as such, and it is written as its PKCS#8.
    let (content, mut out) = (content("plain"), vec![0; 4096]);
    let decoded = PrivateKeyFile::read(&content).unwrap().open(b"", &mut out).unwrap();
    let key: Whole<MlDsa44, Ed25519> = decoded.load().unwrap();
    assert_eq!(verify(ROW, bytes, b"message", b"", &sign(&key, b"message", b"")), Ok(()));
    let mut der = [0; 128];
    let der = pkcs8::encode(ROW, decoded.expose_private_key().unwrap(), &mut der).unwrap();
    assert_eq!(public(&*pkcs8::decode(der, &[ROW]).unwrap().load_boxed().unwrap()), bytes);
}

#[test]
fn plain_files() {
    let good = File::new();
    let expected = public(&*key(ROW, 1));
    assert_eq!(open(&good.bytes(), b""), Ok(expected.clone()));
    // Every end of padding there is.
    for length in 0..8 {
        let mut file = good.clone();
        file.padding = vec![];
        let comment = COMMENT.len() + length;
        let list = [7_u32.to_be_bytes(), 7_u32.to_be_bytes()].concat();
        let fields =
            [NAME.as_bytes(), &file.public, &file.private, &vec![b'x'; comment]].map(string).concat();
        let mut list = [list, fields].concat();
        list.extend((1..).take(list.len().next_multiple_of(8) - list.len()));
        assert_eq!(open(&file.around(&list), b""), Ok(expected.clone()), "{length}");
    }

    let stranger = public(&*key(ROW, 2));
    let pad = |file: File| file.padded(8);
    for (what, error, file) in [
        ("magic", Error::Malformed, File::with(|file| file.magic[0] ^= 1)),
        (
            "no NUL behind the magic",
            Error::Malformed,
            File::with(|file| file.magic = b"openssh-key-v1".to_vec()),
        ),
        ("version 2", Error::Malformed, File::with(|file| file.magic = b"openssh-key-v2\0".to_vec())),
        ("no key", Error::Malformed, File::with(|file| file.count = 0)),
        ("two keys", Error::Malformed, File::with(|file| file.count = 2)),
        ("a byte behind", Error::Malformed, File::with(|file| file.behind = vec![0])),
        ("a cipher without a KDF", Error::Malformed, File::with(|file| file.cipher = "aes256-ctr")),
        ("a KDF without a cipher", Error::Malformed, File::with(|file| file.kdf = "bcrypt")),
        ("options of no KDF", Error::Malformed, File::with(|file| file.options = vec![0; 4])),
        ("checks that differ", Error::Malformed, File::with(|file| file.checks = [7, 8])),
        ("another name inside", Error::Malformed, pad(File::with(|file| file.name = "ssh-ed25519"))),
        ("a short private key", Error::Malformed, pad(File::with(|file| _ = file.private.pop()))),
        ("a long private key", Error::Malformed, pad(File::with(|file| file.private.push(0)))),
        ("a short public key", Error::BadPrivateKey, pad(File::with(|file| _ = file.public.pop()))),
        (
            "another public key inside",
            Error::BadPrivateKey,
            File::with(|file| file.public.clone_from(&stranger)),
        ),
        (
            "another public key outside",
            Error::BadPrivateKey,
            File::with(|file| file.blob = [string(NAME.as_bytes()), string(&stranger)].concat()),
        ),
        (
            "another's public keys",
            Error::BadPrivateKey,
            File::with(|file| {
                file.public.clone_from(&stranger);
                file.blob = [string(NAME.as_bytes()), string(&stranger)].concat();
            }),
        ),
        ("another private key", Error::BadPrivateKey, File::with(|file| file.private[0] ^= 1)),
        ("a short blob", Error::Malformed, File::with(|file| _ = file.blob.pop())),
        ("a long blob", Error::Malformed, File::with(|file| file.blob.push(0))),
        ("wrong padding", Error::Malformed, File::with(|file| file.padding = vec![2; file.padding.len()])),
        ("no padding", Error::Malformed, File::with(|file| file.padding = vec![])),
        (
            "a block of padding too much",
            Error::Malformed,
            File::with(|file| {
                file.padding = (1..=8 + u8::try_from(file.padding.len()).unwrap()).collect();
            }),
        ),
    ] {
        assert_eq!(open(&file.bytes(), b""), Err(error), "{what}");
    }
    assert_ne!(good.padding, vec![], "with padding, so that it can be wrong");

    for name in [
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "sk-ssh-ed25519@openssh.com",
        "ssh-mldsa44-ed25519-cert-v01@openssh.com",
    ] {
        let file = File::with(|file| file.blob = [string(name.as_bytes()), string(&[0; 32])].concat());
        assert_eq!(open(&file.bytes(), b""), Err(Error::UnknownAlgorithm), "{name}");
    }
    let file = File::with(|file| file.blob = [string(b"nonsense"), string(&[0; 32])].concat());
    assert_eq!(open(&file.bytes(), b""), Err(Error::Malformed));

    // Cut anywhere, and with lengths of all sizes everywhere.
    let bytes = good.bytes();
    for cut in 0..bytes.len() {
        assert_eq!(open(&bytes[..cut], b""), Err(Error::Malformed), "{cut} bytes of it");
    }
    for place in 0..bytes.len() - 4 {
        for length in [0, 0xff_ffff, u32::MAX] {
            let mut changed = bytes.clone();
            changed[place..place + 4].copy_from_slice(&length.to_be_bytes());
            let _ = open(&changed, b"");
        }
    }
    let mut out = vec![0xA5; good.list().len() - 1];
    let small = PrivateKeyFile::read(&bytes).unwrap().open(b"", &mut out).err();
    assert_eq!(small, Some(Error::BufferTooSmall));
    assert!(out.iter().all(|byte| *byte == 0));

    let long = File::with(|file| file.private = vec![0; MAX_DER]).bytes();
    assert_eq!(PrivateKeyFile::read(&long).err(), Some(Error::Malformed));
}

#[test]
fn encrypted_files() {
    let expected = public(&*key(ROW, 1));
    let bytes = File::new().encrypted(b"khoalai", 2);
    assert_eq!(open(&bytes, b"khoalai"), Ok(expected));
    assert_eq!(open(&bytes, b"khoalaj"), Err(Error::PassphraseWrong));
    for cut in 0..bytes.len() {
        assert_eq!(open(&bytes[..cut], b"khoalai"), Err(Error::Malformed), "{cut} bytes of it");
    }
    // Other ciphers and KDFs, of which OpenSSH has many.
    for cipher in ["aes256-cbc", "aes128-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "x"]
    {
        let file = File::with(|file| (file.cipher, file.kdf) = (cipher, "bcrypt"));
        assert_eq!(open(&file.bytes(), b"khoalai"), Err(Error::UnknownEncryption), "{cipher}");
    }
    let file = File::with(|file| (file.cipher, file.kdf) = ("aes256-ctr", "argon2"));
    assert_eq!(open(&file.bytes(), b"khoalai"), Err(Error::UnknownEncryption));
    // Options of bcrypt.
    let salt = string(b"0123456789abcdef");
    let with = |options: Vec<u8>| {
        let mut file = File::with(|file| (file.cipher, file.kdf) = ("aes256-ctr", "bcrypt")).padded(16);
        file.options = options;
        PrivateKeyFile::read(&file.bytes()).err()
    };
    let rounds = |count: u32| [&salt[..], &count.to_be_bytes()].concat();
    assert_eq!(with(rounds(24)), None);
    for (what, wrong) in [
        ("none", vec![]),
        ("no rounds", salt.clone()),
        ("0 rounds", rounds(0)),
        ("no salt", [string(b""), 24_u32.to_be_bytes().to_vec()].concat()),
        ("more", [rounds(24), vec![0]].concat()),
    ] {
        assert_eq!(with(wrong), Some(Error::Malformed), "{what}");
    }
    // What it costs is judged before it is computed: nothing opens these.
    assert_eq!(with(rounds(MAX_BCRYPT_ROUNDS)), None);
    for costly in [MAX_BCRYPT_ROUNDS + 1, u32::MAX] {
        assert_eq!(with(rounds(costly)), Some(Error::TooCostly), "{costly}");
    }
}

#[test]
fn public_key_lines() {
    let expected = public(&*key(ROW, 1));
    let blob = [string(NAME.as_bytes()), string(&expected)].concat();
    let base64 = Base64::encode_string(&blob);
    let read = |line: &str| {
        let mut out = [0; 1344];
        openssh::decode_public(line.as_bytes(), &mut out).map(|(algorithm, key)| (algorithm, key.to_vec()))
    };
    for good in [
        format!("{NAME} {base64}"),
        format!("{NAME} {base64}\n"),
        format!("{NAME} {base64}\r\n"),
        format!("{NAME}\t{base64}\tAn's key, of work"),
        format!("  {NAME}  {base64} an@example.org"),
    ] {
        assert_eq!(read(&good), Ok((ROW, expected.clone())), "{good}");
        assert_eq!(openssh::is_public_key_line(good.as_bytes()), !good.starts_with(' '));
    }
    let other = Base64::encode_string(&[string(b"ssh-ed25519"), string(&[9; 32])].concat());
    let short = Base64::encode_string(&blob[..blob.len() - 1]);
    let long = Base64::encode_string(&[&blob[..], &[0]].concat());
    for (error, wrong) in [
        (Error::Malformed, String::new()),
        (Error::Malformed, NAME.to_owned()),
        (Error::Malformed, base64.clone()),
        (Error::Malformed, format!("{NAME}{base64}")),
        (Error::Malformed, format!("{NAME} {base64}\n{NAME} {base64}")),
        (Error::Malformed, format!("# a comment\n{NAME} {base64}")),
        (Error::Malformed, format!("{NAME} {short}")),
        (Error::Malformed, format!("{NAME} {long}")),
        (Error::Malformed, format!("{NAME} {}", &base64[..base64.len() - 4])),
        (Error::Malformed, format!("{NAME} ?{}", &base64[1..])),
        (Error::Malformed, format!("restrict {NAME} {base64}")),
        (Error::UnknownAlgorithm, format!("ssh-ed25519 {base64}")),
        (Error::UnknownAlgorithm, format!("{NAME} {other}")),
        (Error::UnknownAlgorithm, format!("ssh-ed25519 {other}")),
    ] {
        assert_eq!(read(&wrong), Err(error), "{wrong}");
    }
    // The point of the Ed25519 half is checked as everywhere.
    let mut zeros = expected.clone();
    zeros[1312..].fill(0);
    let blob = Base64::encode_string(&[string(NAME.as_bytes()), string(&zeros)].concat());
    assert_eq!(read(&format!("{NAME} {blob}")), ROW.check_public_key(&zeros).map(|()| (ROW, zeros)));
    let mut out = [0; 1343];
    let small = openssh::decode_public(format!("{NAME} {base64}").as_bytes(), &mut out);
    assert_eq!(small.err(), Some(Error::BufferTooSmall));
}
