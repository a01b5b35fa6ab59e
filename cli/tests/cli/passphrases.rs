//! Encrypted private keys: right, wrong, and too costly to try.

use crate::support::{Dir, der, set_mode};
use khoalai::encode::pem::{self, Label};
use pkcs8::der::Encode;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, ScryptParams};
use pkcs8::{EncryptedPrivateKeyInfoRef, pkcs5::scrypt};

/// "mật khẩu" with its signs composed, and with each sign on its own.
const COMPOSED: &str = "m\u{1ead}t kh\u{1ea9}u";
const DECOMPOSED: &str = "ma\u{323}\u{302}t kha\u{302}\u{309}u";

fn passphrase(dir: &Dir, name: &str, content: impl AsRef<[u8]>) {
    dir.write(name, content);
    set_mode(&dir.path(name), 0o600);
}

#[test]
fn the_right_one_opens_and_a_wrong_one_does_not() {
    let dir = Dir::new();
    passphrase(&dir, "right", "correct horse\n");
    passphrase(&dir, "crlf", "correct horse\r\nsecond line\n");
    passphrase(&dir, "wrong", "Correct horse");
    passphrase(&dir, "empty", "\n");
    passphrase(&dir, "long", vec![b'x'; 1025]);
    for algorithm in ["X-Wing", "MLKEM1024-P384", "MLDSA87-ECDSA-P384-SHA512"] {
        let keygen = ["keygen", algorithm, "-o", "key", "--public", "pub", "--force"];
        dir.ok(&[&keygen[..], &["--encrypt", "--passphrase-file", "right"]].concat());
        assert!(dir.read("key").starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        for right in ["right", "crlf"] {
            let public = dir.ok(&["public", "--key", "key", "--passphrase-file", right]);
            assert_eq!(public.out, dir.read("pub"));
        }
    }
    for wrong in ["wrong", "empty"] {
        dir.run(&["public", "--key", "key", "--passphrase-file", wrong]).fails(3, "PASSPHRASE_WRONG");
    }
    dir.run(&["public", "--key", "key", "--passphrase-file", "long"]).fails(3, "TOO_LARGE");
    let keygen = ["keygen", "X-Wing", "-o", "new", "--encrypt", "--passphrase-file"];
    dir.run(&[&keygen[..], &["empty"]].concat()).fails(2, "PASSPHRASE_EMPTY");
    dir.run(&["keygen", "X-Wing", "-o", "new", "--passphrase-file", "right"]).fails(2, "USAGE");
    assert!(!dir.path("new").exists());

    // DER, and what works with a key works with an encrypted one.
    dir.ok(&[
        "keygen",
        "X-Wing",
        "-o",
        "der",
        "--public",
        "to",
        "--der",
        "--encrypt",
        "--passphrase-file",
        "right",
    ]);
    dir.ok(&["encapsulate", "--to", "to", "--ciphertext", "ct", "--secret", "ss"]);
    let open = [
        "decapsulate",
        "--key",
        "der",
        "--ciphertext",
        "ct",
        "--secret",
        "ss2",
        "--passphrase-file",
        "right",
    ];
    dir.ok(&open);
    assert_eq!(dir.read("ss"), dir.read("ss2"));
    dir.ok(&["sign", "--key", "key", "-o", "sig", "--passphrase-file", "right", "pub"]);
    dir.ok(&["verify", "--key", "pub", "--signature", "sig", "pub"]);
    dir.run(&["verify", "--key", "der", "--signature", "sig", "pub"]).fails(3, "NOT_A_PUBLIC_KEY");
}

#[test]
fn test_keys_keep_their_mark_when_encrypted() {
    let dir = Dir::new();
    passphrase(&dir, "pass", "x");
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--test-only", "--encrypt", "--passphrase-file", "pass"]);
    assert!(dir.read("key").starts_with(b"-----BEGIN TEST ONLY ENCRYPTED PRIVATE KEY-----\n"));
    let public = ["public", "--key", "key", "--passphrase-file", "pass"];
    dir.run(&public).fails(4, "TEST_ONLY");
    dir.ok(&[&public[..], &["--allow-test-keys"]].concat());
}

#[test]
fn a_passphrase_file_is_the_owners_alone() {
    let dir = Dir::new();
    dir.write("pass", "x");
    for mode in [0o644, 0o640, 0o604, 0o620] {
        set_mode(&dir.path("pass"), mode);
        dir.run(&["keygen", "X-Wing", "-o", "key", "--encrypt", "--passphrase-file", "pass"])
            .fails(4, "PASSPHRASE_FILE_OPEN");
    }
    assert!(!dir.path("key").exists());
    // Nobody can be asked: the run has no terminal.
    let run = dir.shell("setsid \"$K\" keygen X-Wing -o key --encrypt");
    run.fails(2, "PASSPHRASE_NEEDED");
    assert!(run.err().contains("--passphrase-file"));
}

#[test]
fn a_passphrase_is_one_however_its_signs_are_typed() {
    let dir = Dir::new();
    passphrase(&dir, "composed", COMPOSED);
    passphrase(&dir, "decomposed", DECOMPOSED);
    for (written, read) in [("composed", "decomposed"), ("decomposed", "composed")] {
        dir.ok(&["keygen", "X-Wing", "-o", "key", "--force", "--encrypt", "--passphrase-file", written]);
        dir.ok(&["public", "--key", "key", "--passphrase-file", read]);
    }
    // Other programs take the bytes as they come.
    let raw = encrypted(&cheap(), DECOMPOSED.as_bytes());
    dir.write("raw", raw);
    dir.ok(&["public", "--key", "raw", "--passphrase-file", "decomposed"]);
}

#[test]
fn what_is_written_is_scrypt_of_128_mib_and_aes_256() {
    let dir = Dir::new();
    passphrase(&dir, "pass", "x");
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--encrypt", "--passphrase-file", "pass"]);
    let der = der(&dir.read("key"));
    let info = EncryptedPrivateKeyInfoRef::try_from(&der[..]).unwrap();
    let parameters = info.encryption_algorithm.pbes2().unwrap();
    assert!(matches!(parameters.encryption, EncryptionScheme::Aes256Cbc { .. }));
    let scrypt = parameters.kdf.scrypt().unwrap();
    assert_eq!((scrypt.cost_parameter, scrypt.block_size, scrypt.parallelization), (1 << 17, 8, 1));
    assert_eq!(scrypt.salt.as_ref().len(), 16);
    // Salt and initialisation vector are fresh.
    dir.ok(&["keygen", "X-Wing", "-o", "key2", "--encrypt", "--passphrase-file", "pass"]);
    assert!(!der.is_empty() && self::der(&dir.read("key2"))[40..90] != der[40..90]);
}

#[test]
fn what_costs_too_much_is_refused_before_it_is_computed() {
    let dir = Dir::new();
    passphrase(&dir, "pass", "x");
    let run = |parameters: &Parameters| {
        dir.write("key", with_data(parameters, &[0; 64]));
        dir.run(&["public", "--key", "key", "--passphrase-file", "pass"])
    };
    let scrypt = |n: u64, r: u16, p: u16| {
        let params = ScryptParams {
            salt: b"0123456789abcdef"[..].try_into().unwrap(),
            cost_parameter: n,
            block_size: r,
            parallelization: p,
            key_length: None,
        };
        Parameters { kdf: params.into(), encryption: EncryptionScheme::Aes256Cbc { iv: [0; 16] } }
    };
    let started = std::time::Instant::now();
    // 128·N·r·p one step above 256 MiB in each direction, and far above.
    for (n, r, p) in
        [(1 << 18, 9, 1), (1 << 18, 8, 2), (1 << 19, 8, 1), (1 << 63, 8, 1), (2, u16::MAX, u16::MAX)]
    {
        run(&scrypt(n, r, p)).fails(4, "TOO_COSTLY");
    }
    for (n, r, p) in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (1 << 14, 0, 1), (1 << 14, 8, 0)] {
        run(&scrypt(n, r, p)).fails(3, "UNKNOWN_ENCRYPTION");
    }
    let pbkdf2 = |iteration_count, prf| {
        let params = Pbkdf2Params {
            salt: b"0123456789abcdef"[..].try_into().unwrap(),
            iteration_count,
            key_length: None,
            prf,
        };
        Parameters { kdf: params.into(), encryption: EncryptionScheme::Aes256Cbc { iv: [0; 16] } }
    };
    run(&pbkdf2(10_000_001, Pbkdf2Prf::HmacWithSha256)).fails(4, "TOO_COSTLY");
    run(&pbkdf2(0, Pbkdf2Prf::HmacWithSha256)).fails(3, "UNKNOWN_ENCRYPTION");
    run(&pbkdf2(1000, Pbkdf2Prf::HmacWithSha1)).fails(3, "UNKNOWN_ENCRYPTION");
    assert!(started.elapsed().as_secs() < 5, "something was computed");

    // At the limit it opens.
    let at_limit = encrypted(&scrypt(1 << 18, 8, 1), b"x");
    dir.write("key", at_limit);
    dir.ok(&["public", "--key", "key", "--passphrase-file", "pass"]);
    // PBKDF2 as other programs write it.
    dir.write("key", encrypted(&pbkdf2(2048, Pbkdf2Prf::HmacWithSha256), b"x"));
    dir.ok(&["public", "--key", "key", "--passphrase-file", "pass"]);
}

#[test]
fn only_aes_256_is_read() {
    let dir = Dir::new();
    passphrase(&dir, "pass", "x");
    for encryption in [
        EncryptionScheme::Aes128Cbc { iv: [0; 16] },
        EncryptionScheme::Aes192Cbc { iv: [0; 16] },
        EncryptionScheme::Aes128Gcm { nonce: [0; 12] },
    ] {
        dir.write("key", with_data(&Parameters { encryption, ..cheap() }, &[0; 64]));
        dir.run(&["public", "--key", "key", "--passphrase-file", "pass"]).fails(3, "UNKNOWN_ENCRYPTION");
    }
    // A key length that is not the cipher's.
    let Kdf::Scrypt(mut scrypt) = cheap().kdf else { panic!() };
    scrypt.key_length = Some(16);
    dir.write("key", with_data(&Parameters { kdf: scrypt.into(), ..cheap() }, &[0; 64]));
    dir.run(&["public", "--key", "key", "--passphrase-file", "pass"]).fails(3, "UNKNOWN_ENCRYPTION");
    // A damaged file is told from nothing else.
    dir.write("key", with_data(&cheap(), &[0; 64]));
    dir.run(&["public", "--key", "key", "--passphrase-file", "pass"]).fails(3, "PASSPHRASE_WRONG");
}

const SCRYPT_BODY: &str = "\
-----BEGIN TEST ONLY ENCRYPTED PRIVATE KEY-----
MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAj7sz+jDGJ2mQICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBBBMPQp4YeoTjHXzk7mFGReBIGQNrk0AE4UBMZE
zwuoRrXydho2XmG3TG2U9AecGC3seQPITtqn6nh54eF+5FoE0XGcpAbDu67ttTQ1
DM8VEAIGs+C41ddsIvhBFL9DBV+KQHR/6RK5NDpi9OE/NEu++TJPeGmoBye5ZMS6
0CdszeI2t1kPoaUeCw3EqEw81TbbJ2w8OAeoG41Ogb2K2MHrRLrc
-----END TEST ONLY ENCRYPTED PRIVATE KEY-----
";

const PBKDF2_BODY: &str = "\
-----BEGIN TEST ONLY ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi5Vo+j0ABXjQICCAAw
DAYIKoZIhvcNAgsFADAdBglghkgBZQMEASoEEOpxG4smg6MZOUt0NM9Ao3gEgZCB
PuDBnz4tfpoMrWydwrfjEtB7RSAppqDvG11f2/vfitfvaGv9YGPxoKt0uM36KFmi
Fkb0FhT/+FRvbEK0ivLcgXY+MuJMA4wwhVew0UmH5DTQ6W1lQ2yGKVZ+S2J1EZP9
weQl3rWOGuaZTJdB773CEEj61QmvFZzWauhvjFTxdv7GPY3yKVhGAF1UEEOpCT0=
-----END TEST ONLY ENCRYPTED PRIVATE KEY-----
";

/// Written by OpenSSL 3 (`openssl pkcs8 -topk8`, passphrase "khoalai"): scrypt, then PBKDF2 with HMAC-SHA-512.
/// They hold a P-256 key, which is refused as such: so the decryption was right.
const OPENSSL: [&str; 2] = [SCRYPT_BODY, PBKDF2_BODY];

#[test]
fn what_openssl_encrypts_is_read() {
    let dir = Dir::new();
    passphrase(&dir, "pass", "khoalai");
    passphrase(&dir, "wrong", "khoala");
    for pem in OPENSSL {
        dir.write("key", pem);
        let public = ["public", "--key", "key", "--allow-test-keys", "--passphrase-file"];
        dir.run(&[&public[..], &["pass"]].concat()).fails(4, "CLASSICAL_ONLY");
        dir.run(&[&public[..], &["wrong"]].concat()).fails(3, "PASSPHRASE_WRONG");
    }
}

fn cheap() -> Parameters {
    let cost = scrypt::Params::new(10, 8, 1).unwrap();
    Parameters::generate_scrypt_aes256cbc(cost, b"0123456789abcdef", [7; 16]).unwrap()
}

/// A fresh X-Wing key under these parameters, as PEM.
fn encrypted(parameters: &Parameters, passphrase: &[u8]) -> Vec<u8> {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--der"]);
    with_data(parameters, &parameters.encrypt(passphrase, &dir.read("key")).unwrap())
}

fn with_data(parameters: &Parameters, data: &[u8]) -> Vec<u8> {
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.clone().into(),
        encrypted_data: OctetStringRef::new(data).unwrap(),
    };
    let mut out = vec![0; 4096];
    pem::encode(Label::EncryptedPrivateKey, false, &info.to_der().unwrap(), &mut out)
        .unwrap()
        .as_bytes()
        .to_vec()
}
