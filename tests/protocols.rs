//! Shares of TLS and SSH that are wrong, cut, swapped or made without randomness.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::soft::{Component, MlKem768, MlKem1024, P256, P384, X25519};
use khoalai::tls::{
    SECP256R1MLKEM768, SECP384R1MLKEM1024, SecP256r1MlKem768Share, SecP384r1MlKem1024Share, TlsGroup,
    TlsShare, X25519MLKEM768, X25519MlKem768Share,
};
use khoalai::{Error, ssh};
use support::random::Dead;
use support::rng;

/// A good client's share and the answer to it.
fn shares<Q: Component, C: Component>(group: TlsGroup) -> (TlsShare<Q, C>, Vec<u8>, Vec<u8>) {
    let client = TlsShare::generate(group, &mut rng(1)).unwrap();
    let (mut to_server, mut to_client) =
        (vec![0; group.client_share_len()], vec![0; group.server_share_len()]);
    client.client_share(&mut to_server).unwrap();
    group.respond(&to_server, &mut rng(2), &mut to_client).unwrap();
    (client, to_server, to_client)
}

/// The server refuses `share`, and leaves nothing in its answer.
fn refused_by_server(group: TlsGroup, share: &[u8]) -> Error {
    let mut answer = vec![0xee; group.server_share_len() + 1];
    let error = group.respond(share, &mut rng(3), &mut answer).err().unwrap();
    assert!(answer[..group.server_share_len()].iter().all(|byte| *byte == 0), "{group:?}");
    assert_eq!(answer.last(), Some(&0xee), "{group:?}: wrote beyond its share");
    error
}

fn hostile<Q: Component, C: Component>(group: TlsGroup, pq_first: bool, pq: usize, point: bool) {
    let (_, to_server, to_client) = shares::<Q, C>(group);
    // Where a part begins, in either share.
    let classical = to_server.len() - pq;
    let (pq_at, classical_at) = if pq_first { (0, pq) } else { (classical, 0) };
    for len in (0..to_server.len()).step_by(97).chain([to_server.len() - 1]) {
        assert_eq!(refused_by_server(group, &to_server[..len]), Error::Malformed);
    }
    assert_eq!(refused_by_server(group, &[&to_server[..], &[0]].concat()), Error::Malformed);

    // Coefficients that are no residues (FIPS 203 §7.2).
    let mut bad = to_server.clone();
    bad[pq_at..pq_at + 3].fill(0xff);
    assert_eq!(refused_by_server(group, &bad), Error::BadPublicKey);
    // A zero share is no point, or gives the zero secret; so is one off the curve.
    let mut bad = to_server.clone();
    bad[classical_at..classical_at + classical].fill(0);
    assert_eq!(refused_by_server(group, &bad), Error::BadPublicKey);
    if point {
        let mut bad = to_server.clone();
        bad[classical_at + classical - 1] ^= 1;
        assert_eq!(refused_by_server(group, &bad), Error::BadPublicKey);
    }
    // The parts in the other order.
    let at = if pq_first { pq } else { classical };
    let turned = [&to_server[at..], &to_server[..at]].concat();
    assert_eq!(refused_by_server(group, &turned), Error::BadPublicKey);

    for len in [0, 1, to_client.len() - 1, to_client.len() + 1] {
        let (client, ..) = shares::<Q, C>(group);
        let mut cut = to_client.clone();
        cut.resize(len, 0);
        assert_eq!(client.finish(&cut, &mut rng(4)).err(), Some(Error::Malformed));
    }
    let (client, ..) = shares::<Q, C>(group);
    let mut bad = to_client.clone();
    let at = if pq_first { to_client.len() - classical } else { 0 };
    bad[at..at + classical].fill(0);
    assert_eq!(client.finish(&bad, &mut rng(4)).err(), Some(Error::Malformed));
    // A changed ML-KEM ciphertext gives another secret (FIPS 203 §6.3): the handshake shows it.
    let (client, ..) = shares::<Q, C>(group);
    let right = client.finish(&to_client, &mut rng(4)).unwrap();
    let (client, ..) = shares::<Q, C>(group);
    let mut changed = to_client.clone();
    changed[if pq_first { 0 } else { classical }] ^= 1;
    assert!(client.finish(&changed, &mut rng(4)).unwrap() != right);

    // Without randomness, or room, nothing is made.
    assert_eq!(TlsShare::<Q, C>::generate(group, &mut Dead::new()).err(), Some(Error::RandomFailed));
    let mut answer = vec![0xee; group.server_share_len()];
    assert_eq!(group.respond(&to_server, &mut Dead::new(), &mut answer).err(), Some(Error::RandomFailed));
    assert!(answer.iter().all(|byte| *byte == 0));
    let mut short = vec![0; group.server_share_len() - 1];
    assert_eq!(group.respond(&to_server, &mut rng(1), &mut short).err(), Some(Error::BufferTooSmall));
    let (client, ..) = shares::<Q, C>(group);
    let mut short = vec![0; group.client_share_len() - 1];
    assert_eq!(client.client_share(&mut short).err(), Some(Error::BufferTooSmall));
}

#[test]
fn hostile_shares() {
    hostile::<MlKem768, X25519>(X25519MLKEM768, true, 1184, false);
    hostile::<MlKem768, P256>(SECP256R1MLKEM768, false, 1184, true);
    hostile::<MlKem1024, P384>(SECP384R1MLKEM1024, false, 1568, true);
}

#[test]
fn a_type_serves_its_own_group() {
    let wrong = Some(Error::WrongAlgorithm);
    assert_eq!(X25519MlKem768Share::generate(SECP256R1MLKEM768, &mut rng(1)).err(), wrong);
    assert_eq!(SecP256r1MlKem768Share::generate(SECP384R1MLKEM1024, &mut rng(1)).err(), wrong);
    assert_eq!(SecP384r1MlKem1024Share::generate(X25519MLKEM768, &mut rng(1)).err(), wrong);
}

#[test]
fn code_points_and_lengths_are_those_of_rfc_10024() {
    let table = TlsGroup::ALL.iter().map(|group| {
        let lens = (group.client_share_len(), group.server_share_len(), group.secret_len());
        (group.name(), group.code_point(), lens)
    });
    assert!(table.eq([
        ("SecP256r1MLKEM768", 4587, (1249, 1153, 64)),
        ("X25519MLKEM768", 4588, (1216, 1120, 64)),
        ("SecP384r1MLKEM1024", 4589, (1665, 1665, 80)),
    ]));
}

#[test]
fn ssh_refuses_the_same() {
    let client = ssh::MlKem768X25519::generate(&mut rng(1)).unwrap();
    let (mut c_init, mut s_reply) = ([0; ssh::C_INIT_LEN], [0xee; ssh::S_REPLY_LEN]);
    client.c_init(&mut c_init).unwrap();
    for len in [0, 1184, ssh::C_INIT_LEN - 1] {
        let refused = ssh::mlkem768x25519_sha256(&c_init[..len], &mut rng(2), &mut s_reply).err();
        assert_eq!(refused, Some(Error::Malformed));
        assert_eq!(s_reply, [0; ssh::S_REPLY_LEN]);
    }
    let k = ssh::mlkem768x25519_sha256(&c_init, &mut rng(2), &mut s_reply).unwrap();
    let again = ssh::MlKem768X25519::generate(&mut rng(1)).unwrap();
    assert_eq!(again.finish(&s_reply[1..], &mut rng(3)).err(), Some(Error::Malformed));
    assert!(client.finish(&s_reply, &mut rng(3)).unwrap() == k);
    c_init[1184..].fill(0);
    let refused = ssh::mlkem768x25519_sha256(&c_init, &mut rng(2), &mut s_reply).err();
    assert_eq!(refused, Some(Error::BadPublicKey));
}
