//! Private keys under a passphrase: PBES2 written and read, and files of OpenSSH read.
//!
//! Salts and the like are the same in both rounds. The passphrase and the key differ, and what is made
//! of the two.

use crate::files::{both, value};
use crate::lab::Lab;
use crate::protocols::rounds;
use crate::random::Tape;
use crate::secrets::{self, Private, public};
use aes::Aes256;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use khoalai::encode::encrypted::{self, Encrypted};
use khoalai::encode::openssh::{self, PrivateKeyFile};
use khoalai::encode::pkcs8;
use khoalai::{Error, ML_DSA_65, MLDSA44_ED25519_SHA512, Random};
use sha2::{Digest, Sha256, Sha384, Sha512};

const SALT: [u8; 16] = *b"sixteen in a row";
const IV: [u8; 16] = *b"and sixteen more";

pub(crate) fn drive(lab: &mut Lab) {
    rounds(lab, "Encrypted PKCS#8", pbes2);
    rounds(lab, "Key files of OpenSSH", openssh);
}

/// A passphrase, which is there while it is needed: with its owner.
fn passphrase(lab: &mut Lab, seed: u64) -> Vec<u8> {
    let mut passphrase = vec![0; 24];
    Tape::new(seed, "passphrase").fill(&mut passphrase).expect("a passphrase");
    lab.needles.add("the passphrase", &passphrase);
    lab.see(std::slice::from_ref(&passphrase));
    passphrase
}

fn private(lab: &mut Lab, algorithm: khoalai::Algorithm, seed: u64) -> (Private, Vec<u8>) {
    let key = khoalai::generate(algorithm, &mut Tape::new(seed, "key")).expect("a key");
    let private = Private::of(&key);
    private.add_to(&mut lab.needles);
    (private, public(&key))
}

/// A file whose key is derived at next to no cost, and that key.
struct File {
    name: &'static str,
    der: Vec<u8>,
    key: [u8; 32],
}

/// PBES2 around `content` (RFC 8018 appendix A.4), with the KDF's own parameters.
fn encrypted_by(name: &'static str, kdf: &[u8], key: [u8; 32], content: &[u8]) -> File {
    let mut data = [content, &[0; 16]].concat();
    let data = cbc::Encryptor::<Aes256>::new(&key.into(), &IV.into())
        .encrypt_padded::<Pkcs7>(&mut data, content.len())
        .expect("room for the padding");
    let cipher = value(0x30, &[&oid(b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a"), &value(4, &[&IV])]);
    let pbes2 = oid(b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d");
    let scheme = value(0x30, &[&pbes2, &value(0x30, &[kdf, &cipher])]);
    File { name, der: value(0x30, &[&scheme, &value(4, &[data])]), key }
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    value(6, &[bytes])
}

fn files(passphrase: &[u8], content: &[u8]) -> Vec<File> {
    const ITERATIONS: u8 = 3;
    let pbkdf2 = |prf: u8| {
        let prf = value(0x30, &[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, prf]), &[5, 0]]);
        let parameters = value(0x30, &[&value(4, &[&SALT]), &[2, 1, ITERATIONS], &prf]);
        value(0x30, &[&oid(b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"), &parameters])
    };
    let rounds = u32::from(ITERATIONS);
    let mut keys = [[0; 32]; 4];
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase, &SALT, rounds, &mut keys[0]);
    pbkdf2::pbkdf2_hmac::<Sha384>(passphrase, &SALT, rounds, &mut keys[1]);
    pbkdf2::pbkdf2_hmac::<Sha512>(passphrase, &SALT, rounds, &mut keys[2]);
    let cost = scrypt::Params::new(4, 1, 1).expect("a cost");
    scrypt::scrypt(passphrase, &SALT, &cost, &mut keys[3]).expect("a key");
    let parameters = value(0x30, &[&value(4, &[&SALT]), &[2, 1, 16], &[2, 1, 1], &[2, 1, 1]]);
    let scrypt = value(0x30, &[&oid(b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"), &parameters]);
    vec![
        encrypted_by("PBKDF2 with SHA-256", &pbkdf2(9), keys[0], content),
        encrypted_by("PBKDF2 with SHA-384", &pbkdf2(10), keys[1], content),
        encrypted_by("PBKDF2 with SHA-512", &pbkdf2(11), keys[2], content),
        encrypted_by("scrypt", &scrypt, keys[3], content),
    ]
}

fn pbes2(lab: &mut Lab, seed: u64) {
    let passphrase = passphrase(lab, seed);
    let wrong = [&passphrase[1..], b"?"].concat();
    // A long document: a seed and its expanded key.
    let (private, _) = private(lab, ML_DSA_65, seed);
    let expanded = secrets::expanded(ML_DSA_65, &private.raw).expect("an expanded key");
    let content = both(ML_DSA_65, &private.raw, &expanded);
    let mut out = vec![0; 8192];

    // What is written here, at its full cost.
    let mut tape = Tape::new(0, "salt");
    let made = encrypted::encrypt(&content, &passphrase, &mut tape, &mut out).expect("a file");
    let (file, salt) = (made.to_vec(), tape.drawn()[..16].to_vec());
    let mut key = [0; 32];
    let cost = scrypt::Params::new(17, 8, 1).expect("a cost");
    scrypt::scrypt(&passphrase, &salt, &cost, &mut key).expect("a key");
    lab.needles.add("the key from the passphrase", &key);
    let mut derived = [0; 32];
    let done = lab.run("derive a key", || encrypted::derive_key(&passphrase, &SALT, &mut derived).is_ok());
    assert!(*done.get());
    lab.needles.add("the key from the passphrase", &derived);
    lab.run("derive a key", || encrypted::derive_key(&passphrase, &SALT, &mut derived).is_ok());
    lab.run("derive a key of nothing", || encrypted::derive_key(b"", &SALT, &mut derived).is_ok());
    let random = &mut Tape::new(0, "salt");
    lab.run("encrypt", || encrypted::encrypt(&content, &passphrase, random, &mut out).is_ok());
    let random = &mut Tape::new(0, "salt");
    lab.run("encrypt without room", || {
        encrypted::encrypt(&content, &passphrase, random, &mut out[..content.len()]).is_ok()
    });
    for draws in 0..2 {
        let random = &mut Tape::new(0, "salt").failing_after(draws);
        let made = lab.run(&format!("encrypt, failing in draw {draws}"), || {
            encrypted::encrypt(&content, &passphrase, random, &mut out).err()
        });
        assert_eq!(*made.get(), Some(Error::RandomFailed));
    }
    lab.run("encrypt what is no DER", || {
        encrypted::encrypt(&content[1..], &passphrase, random, &mut out).is_ok()
    });

    let mut all = files(&passphrase, &content);
    all.push(File { name: "scrypt as written here", der: file, key });
    for File { name, der, key } in &all {
        lab.needles.add("the key from the passphrase", key);
        let read = lab.run_public(&format!("{name}: read"), || Encrypted::read(der));
        let file = read.get().as_ref().expect("a file");
        let opened =
            lab.run(&format!("{name}: decrypt"), || file.decrypt(&passphrase, &mut out).map(<[u8]>::len));
        assert_eq!(*opened.get(), Ok(content.len()), "{name}");
        assert!(out.starts_with(&content), "{name}");
        let refused = lab.run(&format!("{name}: decrypt with another passphrase"), || {
            file.decrypt(&wrong, &mut out).err()
        });
        assert_eq!(*refused.get(), Some(Error::PassphraseWrong), "{name}");
        lab.run(&format!("{name}: decrypt without room"), || {
            file.decrypt(&passphrase, &mut out[..content.len()]).is_ok()
        });
        lab.finish(&format!("{name}: drop"), read);

        // All of it, as an application does it.
        let loaded = lab.run(&format!("{name}: load"), || {
            pkcs8::decode(Encrypted::read(der)?.decrypt(&passphrase, &mut out)?, &[ML_DSA_65])?.load_boxed()
        });
        assert!(loaded.get().is_ok(), "{name}");
        lab.see_live();
        lab.finish(&format!("{name}: drop of what was loaded"), loaded);
    }
    let cheap = &all[0].der;
    lab.see_at_work(|| {
        let content = Encrypted::read(cheap).expect("a file").decrypt(&passphrase, &mut out).expect("a key");
        assert!(pkcs8::decode(content, &[ML_DSA_65]).expect("a key").load_boxed().is_ok());
    });
}

/// A `string` of RFC 4251 §5.
fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).expect("a length").to_be_bytes(), bytes].concat()
}

/// OpenSSH's `PROTOCOL.key`, plain or under a passphrase; and the key and counter that came of that.
fn key_file(public: &[u8], raw: &[u8], passphrase: Option<(&[u8], u32)>) -> (Vec<u8>, [u8; 48]) {
    let name = string(openssh::NAME.as_bytes());
    let mut list = [&[7; 8], &name[..], &string(public), &string(raw), &string(b"comment")].concat();
    let block = if passphrase.is_some() { 16 } else { 8 };
    list.extend((1..).take(list.len().next_multiple_of(block) - list.len()));
    let mut derived = [0; 48];
    let [cipher, kdf, options] = match passphrase {
        None => [b"none".to_vec(), b"none".to_vec(), vec![]],
        Some((passphrase, rounds)) => {
            bcrypt_pbkdf::bcrypt_pbkdf_with_memory(passphrase, &SALT, rounds, &mut derived, &mut [0; 64])
                .expect("a key");
            ctr::Ctr128BE::<Aes256>::new_from_slices(&derived[..32], &derived[32..])
                .expect("a cipher")
                .apply_keystream(&mut list);
            let options = [string(&SALT), rounds.to_be_bytes().to_vec()].concat();
            [b"aes256-ctr".to_vec(), b"bcrypt".to_vec(), options]
        }
    };
    let blob = [name, string(public)].concat();
    let file = [
        b"openssh-key-v1\0".to_vec(),
        string(&cipher),
        string(&kdf),
        string(&options),
        vec![0, 0, 0, 1],
        string(&blob),
        string(&list),
    ];
    (file.concat(), derived)
}

fn openssh(lab: &mut Lab, seed: u64) {
    let passphrase = passphrase(lab, seed);
    let wrong = [&passphrase[1..], b"?"].concat();
    let (private, public) = private(lab, MLDSA44_ED25519_SHA512, seed);
    lab.needles.add("the hash of the passphrase", &Sha512::digest(&passphrase));
    let (plain, _) = key_file(&public, &private.raw, None);
    let (encrypted, derived) = key_file(&public, &private.raw, Some((&passphrase, 2)));
    lab.needles.add("the key from the passphrase", &derived);
    lab.see(&[derived.to_vec()]);
    let mut out = vec![0; 8192];

    for (name, content) in [("plain", &plain), ("encrypted", &encrypted)] {
        let file = PrivateKeyFile::read(content).expect("a file");
        lab.run(&format!("{name}: read"), || PrivateKeyFile::read(content).is_ok());
        let opened = lab.run(&format!("{name}: open"), || file.open(&passphrase, &mut out).is_ok());
        assert!(*opened.get(), "{name}");
        let refused =
            lab.run(&format!("{name}: open with another passphrase"), || file.open(&wrong, &mut out).err());
        assert_eq!(refused.get().is_some(), file.is_encrypted());
        lab.run(&format!("{name}: open without one"), || file.open(b"", &mut out).is_ok());
        lab.run(&format!("{name}: open without room"), || file.open(&passphrase, &mut out[..99]).is_ok());
        let loaded = lab.run(&format!("{name}: load"), || file.open(&passphrase, &mut out)?.load_boxed());
        assert!(loaded.get().is_ok(), "{name}");
        lab.see_live();
        lab.finish(&format!("{name}: drop of what was loaded"), loaded);
    }
    // Another's public key in it: noticed when the private one was loaded.
    let mut other = public.clone();
    other[40] ^= 1;
    let (mixed, _) = key_file(&other, &private.raw, Some((&passphrase, 2)));
    let refused = lab.run("a file with another public key", || {
        PrivateKeyFile::read(&mixed)?.open(&passphrase, &mut out)?.load_boxed().map(drop)
    });
    assert_eq!(*refused.get(), Err(Error::BadPrivateKey));

    let (cheap, _) = key_file(&public, &private.raw, Some((&passphrase, 1)));
    lab.see_at_work(|| {
        let file = PrivateKeyFile::read(&cheap).expect("a file");
        let opened = file.open(&passphrase, &mut out).expect("a key");
        assert!(opened.load_boxed().is_ok());
    });
}
