//! The hybrid groups of TLS and SSH: servers answer hostile clients, clients take hostile answers.
//!
//! Input: which group, side (0 server, 1 client), 8 bytes for the generator, the other side's share.
#![no_main]

use khoalai::ssh::{C_INIT_LEN, MlKem768X25519, S_REPLY_LEN, mlkem768x25519_sha256};
use khoalai::tls::{
    SECP256R1MLKEM768, SECP384R1MLKEM1024, SecP256r1MlKem768Share, SecP384r1MlKem1024Share, TlsGroup,
    X25519MLKEM768, X25519MlKem768Share,
};
use khoalai::{Algorithm, Error, Result};
use khoalai_fuzz::{Pieces, random};

khoalai_fuzz::target!();

/// Names the type of a group's client keys.
macro_rules! of_group {
    ($group:expr, |$share:ident| $body:expr) => {
        if $group == X25519MLKEM768 {
            type $share = X25519MlKem768Share;
            $body
        } else if $group == SECP256R1MLKEM768 {
            type $share = SecP256r1MlKem768Share;
            $body
        } else if $group == SECP384R1MLKEM1024 {
            type $share = SecP384r1MlKem1024Share;
            $body
        } else {
            panic!("{:?} is not fuzzed", $group)
        }
    };
}

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let (which, side) = (usize::from(pieces.byte()?) % (TlsGroup::ALL.len() + 1), pieces.byte()? % 2);
    let (seed, share) = (u64::from_le_bytes(*pieces.array()?), pieces.rest());
    let (group, mut random) = (TlsGroup::ALL.get(which).copied(), random(seed));
    let (name, expected, secret): (_, _, Result<Vec<u8>>) = match (group, side) {
        (Some(group), 0) => {
            let mut answer = vec![0xaa; group.server_share_len()];
            let got = group.respond(share, &mut random, &mut answer);
            answered(got.is_ok(), &answer);
            (group.name(), group.client_share_len(), got.map(|secret| secret.expose().to_vec()))
        }
        (Some(group), _) => {
            let got = of_group!(group, |Share| {
                Share::generate(group, &mut random).expect("keys").finish(share, &mut random)
            });
            (group.name(), group.server_share_len(), got.map(|secret| secret.expose().to_vec()))
        }
        (None, 0) => {
            let mut answer = [0xaa; S_REPLY_LEN];
            let got = mlkem768x25519_sha256(share, &mut random, &mut answer);
            answered(got.is_ok(), &answer);
            ("mlkem768x25519-sha256", C_INIT_LEN, got.map(|secret| secret.expose().to_vec()))
        }
        (None, _) => {
            let got = MlKem768X25519::generate(&mut random).expect("keys").finish(share, &mut random);
            ("mlkem768x25519-sha256", S_REPLY_LEN, got.map(|secret| secret.expose().to_vec()))
        }
    };
    match &secret {
        Ok(secret) => {
            assert_eq!(share.len(), expected);
            // Of two secrets side by side, neither is zero.
            assert!(secret.chunks(32).all(|part| part.iter().any(|byte| *byte != 0)), "{name}: zeros");
        }
        Err(error) => {
            let known = [Error::Malformed, Error::BadPublicKey, Error::DecapsulationFailed];
            assert!(known.contains(error), "{name}: {error:?}");
        }
    }
    secret.ok().map(|_| name)
}

fn answered(good: bool, answer: &[u8]) {
    assert!(good || answer.iter().all(|byte| *byte == 0), "a refusal leaves something behind");
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let mut add = |name: &str, client: &[u8], server: &[u8]| {
        let which = u8::try_from(seeds.len() / 2).expect("few groups");
        seeds.push((format!("{name}-server"), [&[which, 0][..], &[7; 8], client].concat()));
        seeds.push((format!("{name}-client"), [&[which, 1][..], &[7; 8], server].concat()));
    };
    for group in TlsGroup::ALL.iter().copied() {
        let (mut client, mut server) = (vec![0; group.client_share_len()], vec![0; group.server_share_len()]);
        of_group!(group, |Share| {
            let key = Share::generate(group, &mut random(1)).expect("keys");
            key.client_share(&mut client).expect("room");
        });
        group.respond(&client, &mut random(2), &mut server).expect("an honest client");
        add(group.name(), &client, &server);
    }
    let (mut client, mut server) = ([0; C_INIT_LEN], [0; S_REPLY_LEN]);
    MlKem768X25519::generate(&mut random(1)).expect("keys").c_init(&mut client).expect("room");
    mlkem768x25519_sha256(&client, &mut random(2), &mut server).expect("an honest client");
    add("ssh", &client, &server);
    seeds
}

fn rows(_: Algorithm) -> bool {
    false
}
