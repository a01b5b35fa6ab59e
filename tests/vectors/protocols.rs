//! Shares of TLS and SSH. No document has vectors for them, so they are made from those of the
//! hybrid KEMs over the same components: the same keys, the same randomness, the shares put into the
//! protocol's order; and the two secrets, combined as the KEM does, give the published secret.

use crate::support::{Replay, hex, json};
use khoalai::algorithm::Construction;
use khoalai::combine::combine;
use khoalai::soft::{Component, MlKem768, MlKem1024, P256, P384, X25519};
use khoalai::tls::{SECP256R1MLKEM768, SECP384R1MLKEM1024, TlsGroup, TlsShare, X25519MLKEM768};
use khoalai::{Algorithm, MLKEM768_P256, MLKEM1024_P384, X_WING, ssh};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shake::{ExtendableOutput, Shake256, Update, XofReader};

/// The randomness that makes the case's keys: the expanded seed.
fn expanded(case: &Value) -> Vec<u8> {
    let (mut hash, mut out) = (Shake256::default(), vec![0; 64 + 4 * 48]);
    hash.update(&hex(case, "seed"));
    hash.finalize_xof().read(&mut out);
    out
}

/// The parts of a KEM's key, ciphertext or secret, the post-quantum one first.
fn parts(bytes: &[u8], pq: usize) -> [Vec<u8>; 2] {
    let (pq, classical) = bytes.split_at(pq);
    [pq.to_vec(), classical.to_vec()]
}

fn in_order([pq, classical]: &[Vec<u8>; 2], pq_first: bool) -> Vec<u8> {
    if pq_first { [&pq[..], classical].concat() } else { [&classical[..], pq].concat() }
}

fn check<Q: Component, C: Component>(group: TlsGroup, algorithm: Algorithm, pq_first: bool, file: &str) {
    let (pq, classical) = algorithm.halves().unwrap();
    let Construction::HybridKem { label, .. } = algorithm.row().construction else { panic!("no KEM") };
    let cases = json(file);
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 5, "{file}");
    for case in cases {
        let (key, ct) =
            (parts(&hex(case, "pk"), pq.public_key_len()), parts(&hex(case, "ct"), pq.ciphertext_len()));
        let client = TlsShare::<Q, C>::generate(group, &mut Replay::new(&expanded(case))).unwrap();
        let (mut client_share, mut server_share) =
            (vec![0; group.client_share_len()], vec![0; group.server_share_len()]);
        client.client_share(&mut client_share).unwrap();
        assert!(client_share == in_order(&key, pq_first), "{group:?}: client's share");
        let randomness = hex(case, "randomness");
        let at_server =
            group.respond(&client_share, &mut Replay::new(&randomness), &mut server_share).unwrap();
        assert!(server_share == in_order(&ct, pq_first), "{group:?}: server's share");
        let at_client = client.finish(&server_share, &mut Replay::new(&[])).unwrap();
        assert!(at_client == at_server, "{group:?}: secrets");

        let secret = at_client.expose();
        assert_eq!(secret.len(), group.secret_len());
        let (first, second) = secret.split_at(if pq_first { 32 } else { classical.secret_len() });
        let (ss_pq, ss_t) = if pq_first { (first, second) } else { (second, first) };
        let mut combined = [0; 32];
        combine(ss_pq, ss_t, &ct[1], &key[1], label, &mut combined);
        assert!(combined[..] == hex(case, "ss")[..], "{group:?}: secret");
    }
}

#[test]
fn x25519mlkem768() {
    let file = "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768X25519.json";
    check::<MlKem768, X25519>(X25519MLKEM768, X_WING, true, file);
}

#[test]
fn secp256r1mlkem768() {
    let file = "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768P256.json";
    check::<MlKem768, P256>(SECP256R1MLKEM768, MLKEM768_P256, false, file);
}

#[test]
fn secp384r1mlkem1024() {
    let file = "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM1024P384.json";
    check::<MlKem1024, P384>(SECP384R1MLKEM1024, MLKEM1024_P384, false, file);
}

/// The shares are those of X25519MLKEM768, and K is the hash of its secret.
#[test]
fn ssh_mlkem768x25519_sha256() {
    let cases = json("cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768X25519.json");
    for case in cases.as_array().unwrap() {
        let client = ssh::MlKem768X25519::generate(&mut Replay::new(&expanded(case))).unwrap();
        let (mut c_init, mut s_reply) = ([0; ssh::C_INIT_LEN], [0; ssh::S_REPLY_LEN]);
        client.c_init(&mut c_init).unwrap();
        assert!(c_init[..] == hex(case, "pk")[..]);
        let randomness = hex(case, "randomness");
        let k = ssh::mlkem768x25519_sha256(&c_init, &mut Replay::new(&randomness), &mut s_reply).unwrap();
        assert!(s_reply[..] == hex(case, "ct")[..]);
        assert!(client.finish(&s_reply, &mut Replay::new(&[])).unwrap() == k);
        let mut tls = [0; X25519MLKEM768.server_share_len()];
        let secret = X25519MLKEM768.respond(&c_init, &mut Replay::new(&randomness), &mut tls).unwrap();
        assert_eq!(k.expose()[..], Sha256::digest(secret.expose())[..]);
    }
}
