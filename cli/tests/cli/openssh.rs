//! Keys of OpenSSH are read: plain, under a passphrase, and the line with the public key.

use crate::support::{Dir, der, openssh, set_mode};

const ALLOW: &str = "--allow-test-keys";

fn keys() -> Dir {
    let dir = Dir::new();
    for name in ["plain", "encrypted", "public"] {
        dir.write(name, openssh(name));
    }
    for (name, content) in [("right", "khoalai\n"), ("wrong", "khoala\n")] {
        dir.write(name, content);
        set_mode(&dir.path(name), 0o600);
    }
    dir.write("file", b"x");
    dir
}

#[test]
fn they_sign_and_verify() {
    let dir = keys();
    let signed = dir.ok(&["sign", "--key", "plain", "-o", "sig", ALLOW, "file"]);
    assert!(signed.out().starts_with("MLDSA44-Ed25519-SHA512: "));
    dir.ok(&["verify", "--key", "public", "--signature", "sig", "file"]);
    dir.write("file", b"y");
    dir.run(&["verify", "--key", "public", "--signature", "sig", "file"]).fails(1, "VERIFICATION_FAILED");
    let opened = ["sign", "--key", "encrypted", "-o", "sig", ALLOW, "--passphrase-file"];
    dir.ok(&[&opened[..], &["right", "file"]].concat());
    dir.ok(&["verify", "--key", "public", "--signature", "sig", "file"]);
    dir.run(&[&opened[..], &["wrong", "file"]].concat()).fails(3, "PASSPHRASE_WRONG");
    // A passphrase that is not needed is not missed.
    dir.ok(&["public", "--key", "plain", ALLOW]);
}

#[test]
fn their_public_keys_are_the_composites() {
    let dir = keys();
    let plain = dir.ok(&["public", "--key", "plain", ALLOW]);
    let encrypted = dir.ok(&["public", "--key", "encrypted", "--passphrase-file", "right", ALLOW]);
    assert_eq!(plain.out, encrypted.out);
    assert!(plain.out.starts_with(b"-----BEGIN TEST ONLY PUBLIC KEY-----\n"));
    let info = der(&plain.out);
    let key = khoalai::PublicKey::from_spki(&info, &[khoalai::MLDSA44_ED25519_SHA512]).unwrap();
    let mut line = vec![0; 2000];
    let (_, own) = khoalai::encode::openssh::decode_public(&openssh("public"), &mut line).unwrap();
    assert_eq!(key.as_bytes(), own);
}

#[test]
fn refused() {
    let dir = keys();
    for key in ["plain", "encrypted"] {
        dir.run(&["public", "--key", key, "--passphrase-file", "right"]).fails(4, "TEST_ONLY");
        dir.run(&["verify", "--key", key, "--signature", "file", ALLOW, "file"]).fails(3, "NOT_A_PUBLIC_KEY");
    }
    dir.run(&["public", "--key", "public"]).fails(3, "NOT_A_PRIVATE_KEY");
    dir.write(
        "ed25519",
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA an@b\n",
    );
    dir.run(&["verify", "--key", "ed25519", "--signature", "file", "file"]).fails(3, "MALFORMED");
    // It is a private key, and not written over.
    dir.run(&["keygen", "ML-DSA-44", "-o", "plain"]).fails(4, "WOULD_OVERWRITE");
    dir.run(&["sign", "--key", "plain", "-o", "encrypted", ALLOW, "file"]).fails(4, "WOULD_OVERWRITE");
}

#[test]
fn keys_of_superseded_drafts_are_named() {
    let dir = Dir::new();
    // 2.16.840.1.114027.80.8.1.3, once id-MLDSA44-Ed25519-SHA512.
    let algorithm = b"\x30\x0d\x06\x0b\x60\x86\x48\x01\x86\xfa\x6b\x50\x08\x01\x03";
    dir.write("pub", [&b"\x30\x14"[..], algorithm, b"\x03\x03\x00\x01\x02"].concat());
    dir.write("key", [&b"\x30\x16"[..], b"\x02\x01\x00", algorithm, b"\x04\x02\x01\x02"].concat());
    let draft = "draft-ietf-lamps-pq-composite-sigs-00 to -05";
    for args in [&["public", "--key", "key"][..], &["verify", "--key", "pub", "--signature", "key", "key"]] {
        let run = dir.run(args);
        run.fails(3, "OBSOLETE_ALGORITHM");
        assert!(run.err().contains(draft), "{}", run.err());
    }
    let (code, json) = dir.json(&["verify", "--key", "pub", "--signature", "key", "key"]);
    assert_eq!((code, json["draft"].as_str()), (3, Some(draft)));
}
