//! Reads any bytes as a line with a public key of OpenSSH's, and as the content of its private key
//! files; what is not encrypted, or costs little, is opened.
#![no_main]

use khoalai::encode::openssh::{self, PrivateKeyFile};
use khoalai::{Algorithm, Error, ExportPrivateKey, MLDSA44_ED25519_SHA512 as ROW};
use khoalai_fuzz::{load, private, public};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let mut out = vec![0xaa; data.len()];
    if let Ok((row, key)) = openssh::decode_public(data, &mut out) {
        assert!(openssh::is_public_key_line(data.trim_ascii()));
        row.check_public_key(key).expect("what was read was checked");
        return Some(row.name());
    }
    let file = PrivateKeyFile::read(data).ok()?;
    if file.is_encrypted() && rounds(data) > 2 {
        return Some("costly");
    }
    let opened = match file.open(b"passphrase", &mut out) {
        Ok(opened) => opened,
        Err(error) => {
            let known = [Error::PassphraseWrong, Error::Malformed, Error::BadPrivateKey];
            assert!(known.contains(&error), "{error:?}");
            let rest = out.iter().any(|byte| *byte != 0);
            assert!(!rest, "a refusal leaves something behind");
            return None;
        }
    };
    let raw = opened.expose_private_key().expect("a seed");
    let key = opened.load_boxed().ok()?;
    let mut exported = vec![0; ROW.private_key_len()];
    assert_eq!(key.expose_private_key(&mut exported), Ok(raw));
    Some(ROW.name())
}

/// What stands behind the salt in the third string, the options of the KDF.
fn rounds(data: &[u8]) -> u32 {
    let mut rest = &data["openssh-key-v1\0".len()..];
    let mut string = || {
        let (len, after) = rest.split_first_chunk().expect("it was read");
        let (string, after) = after.split_at(u32::from_be_bytes(*len).try_into().expect("a length"));
        rest = after;
        string
    };
    let options = [string(), string(), string()][2];
    u32::from_be_bytes(*options.last_chunk().expect("it was read"))
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let string = |bytes: &[u8]| {
        let len = u32::try_from(bytes.len()).expect("short");
        [&len.to_be_bytes()[..], bytes].concat()
    };
    let raw = private(ROW).expect("software makes its keys");
    let public = public(&load(ROW, &raw).expect("a fresh key loads"));
    let name = string(openssh::NAME.as_bytes());
    let blob = [&name[..], &string(&public)].concat();
    let mut list = [&[7; 8], &name[..], &string(&public), &string(&raw), &string(b"comment")].concat();
    let padding = list.len().next_multiple_of(16) - list.len();
    list.extend((1..).take(padding));
    let file = |cipher: &[u8], kdf: &[u8], options: &[u8]| {
        let head = [b"openssh-key-v1\0", &string(cipher)[..], &string(kdf), &string(options)].concat();
        [&head[..], &[0, 0, 0, 1], &string(&blob), &string(&list)].concat()
    };
    let options = [string(&[9; 16]), vec![0, 0, 0, 1]].concat();
    vec![
        ("plain".to_owned(), file(b"none", b"none", b"")),
        // Nobody's ciphertext, but everything around it.
        ("encrypted".to_owned(), file(b"aes256-ctr", b"bcrypt", &options)),
    ]
}

fn rows(row: Algorithm) -> bool {
    row == ROW
}
