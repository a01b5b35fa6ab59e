//! Encrypted PKCS#8: what OpenSSL wrote, what is written here, what costs too much to open, and files
//! by hand that are wrong in every way.
#![cfg(feature = "encrypted")]
#![allow(
    clippy::panic_in_result_fn,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use khoalai::encode::encrypted::{self, Encrypted};
use khoalai::encode::pem::{self, Label};
use khoalai::encode::pkcs8;
use khoalai::limits::{MAX_DER, MAX_PBKDF2_ITERATIONS, MAX_SCRYPT_COST};
use khoalai::{ECDSA_P256_SHA256, Error, ML_DSA_65, X_WING};
use support::der::{header, tlv};
use support::random::Dead;
use support::{export, key, public, rng};

const SCRYPT: &str = "\
-----BEGIN TEST ONLY ENCRYPTED PRIVATE KEY-----
MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAj7sz+jDGJ2mQICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBBBMPQp4YeoTjHXzk7mFGReBIGQNrk0AE4UBMZE
zwuoRrXydho2XmG3TG2U9AecGC3seQPITtqn6nh54eF+5FoE0XGcpAbDu67ttTQ1
DM8VEAIGs+C41ddsIvhBFL9DBV+KQHR/6RK5NDpi9OE/NEu++TJPeGmoBye5ZMS6
0CdszeI2t1kPoaUeCw3EqEw81TbbJ2w8OAeoG41Ogb2K2MHrRLrc
-----END TEST ONLY ENCRYPTED PRIVATE KEY-----
";

const PBKDF2: &str = "\
-----BEGIN TEST ONLY ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi5Vo+j0ABXjQICCAAw
DAYIKoZIhvcNAgsFADAdBglghkgBZQMEASoEEOpxG4smg6MZOUt0NM9Ao3gEgZCB
PuDBnz4tfpoMrWydwrfjEtB7RSAppqDvG11f2/vfitfvaGv9YGPxoKt0uM36KFmi
Fkb0FhT/+FRvbEK0ivLcgXY+MuJMA4wwhVew0UmH5DTQ6W1lQ2yGKVZ+S2J1EZP9
weQl3rWOGuaZTJdB773CEEj61QmvFZzWauhvjFTxdv7GPY3yKVhGAF1UEEOpCT0=
-----END TEST ONLY ENCRYPTED PRIVATE KEY-----
";

fn document(text: &str) -> Vec<u8> {
    let mut out = vec![0; text.len()];
    let document = pem::decode(text.as_bytes(), &mut out).unwrap();
    assert_eq!((document.label, document.test_only), (Label::EncryptedPrivateKey, true));
    document.der.to_vec()
}

/// Opens a file. On failure nothing may stay.
fn open(der: &[u8], passphrase: &[u8]) -> Result<Vec<u8>, Error> {
    let file = Encrypted::read(der)?;
    let mut out = vec![0xA5; der.len() + 8];
    match file.decrypt(passphrase, &mut out).map(<[u8]>::to_vec) {
        Ok(content) => {
            assert!(out[der.len()..] == [0xA5; 8], "written behind what was needed");
            Ok(content)
        }
        Err(error) => {
            assert!(out.iter().all(|byte| *byte == 0), "something was left");
            Err(error)
        }
    }
}

/// Written by OpenSSL 3 (`openssl pkcs8 -topk8`, passphrase "khoalai"): a P-256 key under scrypt, then
/// under PBKDF2 with HMAC-SHA-512.
#[test]
fn what_openssl_wrote() {
    for text in [SCRYPT, PBKDF2] {
        let der = document(text);
        assert!(Encrypted::is_one(&der));
        let content = open(&der, b"khoalai").unwrap();
        let key = pkcs8::decode(&content, &[ECDSA_P256_SHA256]).unwrap().load_boxed().unwrap();
        assert_eq!(public(&*key).len(), 65);
        for wrong in [&b"khoala"[..], b"Khoalai", b"khoalai\n", b""] {
            assert_eq!(open(&der, wrong), Err(Error::PassphraseWrong));
        }
    }
}

#[test]
fn what_is_written_is_read_again() {
    for (algorithm, seed) in [(X_WING, 1), (ML_DSA_65, 2)] {
        let mut der = [0; 128];
        let der = pkcs8::encode(algorithm, &export(&*key(algorithm, seed)), &mut der).unwrap();
        let mut out = [0xA5; 400];
        let file = encrypted::encrypt(der, b"correct horse", &mut rng(seed + 20), &mut out).unwrap().to_vec();
        assert!(file.len() <= der.len() + 160, "{} for {}", file.len(), der.len());
        assert!(out[file.len()..].iter().all(|byte| *byte == 0xA5), "written behind what was needed");
        let secret = export(&*key(algorithm, seed));
        assert!(!file.windows(8).any(|window| secret.windows(8).any(|secret| secret == window)));
        assert_eq!(open(&file, b"correct horse").as_deref(), Ok(der));
        // PBES2, AES-256-CBC, scrypt with N = 2^17, r = 8, p = 1 and 16 fresh bytes of salt.
        let behind = |file: &[u8], what: &[u8], skip: usize| {
            let at = file.windows(what.len()).position(|window| window == what).unwrap() + what.len() + skip;
            file[at..at + 16].to_vec()
        };
        let parts = |file: &[u8]| (behind(file, SCRYPT_OID, 4), behind(file, &aes_256_cbc(&[])[2..13], 2));
        let (salt, iv) = parts(&file);
        let cost = [int(1 << 17), int(8), int(1)].concat();
        let head = scheme(&scrypt(&salt, &cost), &aes_256_cbc(&iv));
        assert_eq!(file[header(&file)..][..head.len()], head);
        let again = encrypted::encrypt(der, b"correct horse", &mut rng(seed + 10), &mut out).unwrap();
        let (other_salt, other_iv) = parts(again);
        assert!(salt != other_salt && iv != other_iv && file[file.len() - 16..] != again[again.len() - 16..]);
    }
}

#[test]
fn what_is_not_written() {
    let der = tlv(0x30, &[&[5, 0]]);
    let mut out = [0xA5; 400];
    for (what, der, passphrase) in [
        ("no passphrase", &der[..], &b""[..]),
        ("nothing", b"", b"x"),
        ("no DER", b"secret", b"x"),
        ("more than one value", b"\x30\x00\x30\x00", b"x"),
        ("too long", &vec![0; MAX_DER + 1], b"x"),
    ] {
        let got = encrypted::encrypt(der, passphrase, &mut rng(1), &mut out).err();
        assert_eq!(got, Some(Error::Malformed), "{what}");
    }
    assert_eq!(encrypted::encrypt(&der, b"x", &mut Dead::new(), &mut out).err(), Some(Error::RandomFailed));
    let small = encrypted::encrypt(&der, b"x", &mut rng(1), &mut out[..90]).err();
    assert_eq!(small, Some(Error::BufferTooSmall));
    assert_eq!(out, [0xA5; 400]);
}

// Files by hand (RFC 8018 appendix A, RFC 7914 §7).

fn int(value: u64) -> Vec<u8> {
    let bytes: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let sign = bytes.first().is_none_or(|byte| *byte > 0x7f);
    tlv(2, &[if sign { &[0] } else { &[] }, &bytes])
}

const PBES2_OID: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
const PBKDF2_OID: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
const SCRYPT_OID: &[u8] = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
const SALT: &[u8] = b"0123456789abcdef";

fn scrypt(salt: &[u8], rest: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[SCRYPT_OID]), &tlv(0x30, &[&tlv(4, &[salt]), rest])])
}

/// `hash` is the last byte of the object identifier of HMAC with it: 7 SHA-1, 8 to 11 SHA-2.
fn pbkdf2(iterations: u64, length: &[u8], hash: u8) -> Vec<u8> {
    let prf = tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x02", &[hash]]), &[5, 0]]);
    tlv(0x30, &[&tlv(6, &[PBKDF2_OID]), &tlv(0x30, &[&tlv(4, &[SALT]), &int(iterations), length, &prf])])
}

/// `number` is the last byte of the object identifier (NIST's arc of AES).
fn aes(number: u8, parameters: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[b"\x60\x86\x48\x01\x65\x03\x04\x01", &[number]]), parameters])
}

fn aes_256_cbc(iv: &[u8]) -> Vec<u8> {
    aes(42, &tlv(4, &[iv]))
}

fn scheme(kdf: &[u8], cipher: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[PBES2_OID]), &tlv(0x30, &[kdf, cipher])])
}

fn file(scheme: &[u8], data: &[u8]) -> Vec<u8> {
    tlv(0x30, &[scheme, &tlv(4, &[data])])
}

/// What reading says of a file with this KDF.
fn judged(kdf: &[u8]) -> Option<Error> {
    Encrypted::read(&file(&scheme(kdf, &aes_256_cbc(&[7; 16])), &[0; 64])).err()
}

/// Nothing of this is computed: what is judged here too cheap would run for minutes.
#[test]
fn the_cost_is_judged_first() {
    let scrypt = |n: u64, r: u64, p: u64| judged(&scrypt(SALT, &[int(n), int(r), int(p)].concat()));
    assert_eq!(MAX_SCRYPT_COST, 128 * (1 << 18) * 8);
    // The first of the second list is the next cost that there is above the limit.
    for (n, r, p) in
        [(1 << 18, 8, 1), (1 << 17, 8, 2), (1 << 20, 2, 1), (2, 1024, 1024), (1 << 14, 8, 1), (1 << 21, 1, 1)]
    {
        assert_eq!(scrypt(n, r, p), None, "{n} {r} {p}");
    }
    for (n, r, p) in [
        (2, 17, 61_681),
        (1 << 18, 9, 1),
        (1 << 18, 8, 2),
        (1 << 19, 8, 1),
        (1 << 22, 1, 1),
        (2, 1024, 1025),
        (1 << 63, 8, 1),
        (1 << 62, 1, 1),
        (2, 0xffff, 0xffff),
        (1 << 63, 0xffff, 0xffff),
    ] {
        assert_eq!(scrypt(n, r, p), Some(Error::TooCostly), "{n} {r} {p}");
    }
    for (n, r, p) in [
        (0, 8, 1),
        (1, 8, 1),
        (3, 8, 1),
        ((1 << 18) + 1, 8, 1),
        (1 << 14, 0, 1),
        (1 << 14, 8, 0),
        (1 << 14, 0x1_0000, 1),
    ] {
        assert_eq!(scrypt(n, r, p), Some(Error::UnknownEncryption), "{n} {r} {p}");
    }

    let limit = u64::from(MAX_PBKDF2_ITERATIONS);
    for hash in [9, 10, 11] {
        for (iterations, expected) in [
            (0, Some(Error::UnknownEncryption)),
            (1, None),
            (limit, None),
            (limit + 1, Some(Error::TooCostly)),
            (100_000_000, Some(Error::TooCostly)),
        ] {
            assert_eq!(judged(&pbkdf2(iterations, &[], hash)), expected, "{iterations}");
        }
        // More than the reader of the parameters takes.
        assert!(judged(&pbkdf2(1 << 32, &[], hash)).is_some());
    }
}

#[test]
fn only_what_is_named_is_read() {
    let cost = [int(1 << 10), int(8), int(1)].concat();
    let kdf = scrypt(SALT, &cost);
    let read = |scheme: &[u8]| Encrypted::read(&file(scheme, &[0; 64])).err();
    assert_eq!(read(&scheme(&kdf, &aes_256_cbc(&[7; 16]))), None);
    let des = tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x03\x07"]), &tlv(4, &[&[7; 8]])]);
    let pbes1 = tlv(
        0x30,
        &[
            &tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0a"]),
            &tlv(0x30, &[&tlv(4, &[&[7; 8]]), &int(2048)]),
        ],
    );
    let unknown = tlv(0x30, &[&tlv(6, &[b"\x2a\x03"]), &[5, 0]]);
    for (what, wrong) in [
        ("AES-128-CBC", scheme(&kdf, &aes(2, &tlv(4, &[&[7; 16]])))),
        ("AES-192-CBC", scheme(&kdf, &aes(22, &tlv(4, &[&[7; 16]])))),
        ("AES-128-GCM", scheme(&kdf, &aes(6, &tlv(0x30, &[&tlv(4, &[&[7; 12]]), &int(16)])))),
        ("AES-256-GCM", scheme(&kdf, &aes(46, &tlv(0x30, &[&tlv(4, &[&[7; 12]]), &int(16)])))),
        ("AES-256-GCM as one crate writes it", scheme(&kdf, &aes(46, &tlv(4, &[&[7; 12]])))),
        ("AES-256-ECB", scheme(&kdf, &aes(41, &[]))),
        ("a short IV", scheme(&kdf, &aes_256_cbc(&[7; 15]))),
        ("no IV", scheme(&kdf, &aes(42, &[]))),
        ("Triple DES", scheme(&kdf, &des)),
        ("PBES1", pbes1),
        ("another scheme", unknown.clone()),
        ("another KDF", scheme(&unknown, &aes_256_cbc(&[7; 16]))),
        ("HMAC-SHA-1", scheme(&pbkdf2(2048, &[], 7), &aes_256_cbc(&[7; 16]))),
        ("HMAC-SHA-224", scheme(&pbkdf2(2048, &[], 8), &aes_256_cbc(&[7; 16]))),
        ("a key of 16 bytes", scheme(&pbkdf2(2048, &int(16), 9), &aes_256_cbc(&[7; 16]))),
        (
            "a key of 16 bytes by scrypt",
            scheme(&scrypt(SALT, &[&cost[..], &int(16)].concat()), &aes_256_cbc(&[7; 16])),
        ),
    ] {
        assert_eq!(read(&wrong), Some(Error::UnknownEncryption), "{what}");
        assert!(Encrypted::is_one(&file(&wrong, &[0; 64])), "{what}");
    }
    // A length that is said and right.
    assert_eq!(read(&scheme(&pbkdf2(2048, &int(32), 9), &aes_256_cbc(&[7; 16]))), None);

    let good = scheme(&kdf, &aes_256_cbc(&[7; 16]));
    for length in [0, 1, 15, 17, 31] {
        assert_eq!(Encrypted::read(&file(&good, &vec![0; length])).err(), Some(Error::Malformed), "{length}");
    }
    for (what, wrong) in [
        ("nothing", vec![]),
        ("noise", b"noise".to_vec()),
        ("a byte behind", [&file(&good, &[0; 64])[..], &[0]].concat()),
        ("three fields", tlv(0x30, &[&good, &tlv(4, &[&[0; 64]]), &[5, 0]])),
        ("a BIT STRING", tlv(0x30, &[&good, &tlv(3, &[&[0; 64]])])),
        ("a plain key", pkcs8_file()),
        ("too long", file(&good, &vec![0; MAX_DER])),
    ] {
        assert_eq!(Encrypted::read(&wrong).err(), Some(Error::Malformed), "{what}");
        assert!(!Encrypted::is_one(&wrong), "{what}");
    }
}

fn pkcs8_file() -> Vec<u8> {
    let mut der = [0; 128];
    pkcs8::encode(X_WING, &export(&*key(X_WING, 1)), &mut der).unwrap().to_vec()
}

/// What comes out has to be DER: with CBC a wrong passphrase may leave good padding.
#[test]
fn content_that_is_no_key() {
    let (kdf, iv) = (scrypt(SALT, &[int(2), int(1), int(1)].concat()), [7; 16]);
    let mut derived = [0; 32];
    ::scrypt::scrypt(b"x", SALT, &::scrypt::Params::new(1, 1, 1).unwrap(), &mut derived).unwrap();
    let encrypt = |content: &[u8]| {
        let mut buffer = [content, &[0; 16]].concat();
        let cipher = cbc::Encryptor::<::aes::Aes256>::new_from_slices(&derived, &iv).unwrap();
        let data = cipher.encrypt_padded::<Pkcs7>(&mut buffer, content.len()).unwrap().to_vec();
        file(&scheme(&kdf, &aes_256_cbc(&iv)), &data)
    };
    let key = pkcs8_file();
    assert_eq!(open(&encrypt(&key), b"x").as_deref(), Ok(&key[..]));
    for (what, content) in [
        ("noise", b"noise".to_vec()),
        ("nothing", vec![]),
        ("a byte behind", [&key[..], &[0]].concat()),
        ("a byte less", key[..key.len() - 1].to_vec()),
        ("no SEQUENCE", tlv(4, &[&key])),
    ] {
        assert_eq!(open(&encrypt(&content), b"x"), Err(Error::PassphraseWrong), "{what}");
    }
    // Any block changed.
    let good = encrypt(&key);
    let first = good.len() - key.len().next_multiple_of(16);
    for place in [first, good.len() - 17, good.len() - 1] {
        let mut changed = good.clone();
        changed[place] ^= 1;
        // A change in the middle of a CBC file cannot be seen here: the key's own checks have to.
        let seen = open(&changed, b"x");
        assert!(seen == Err(Error::PassphraseWrong) || seen.is_ok_and(|content| content != key), "{place}");
    }
    let mut out = vec![0xA5; 32];
    assert_eq!(Encrypted::read(&good).unwrap().decrypt(b"x", &mut out), Err(Error::BufferTooSmall));
    assert_eq!(out, [0; 32]);
}
