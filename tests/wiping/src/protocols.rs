//! The shares of TLS and SSH.

use crate::lab::{Lab, ROUNDS};
use crate::random::Tape;
use crate::secrets::Private;
use khoalai::soft::{Component, MlKem768, MlKem1024, P256, P384, X25519};
use khoalai::ssh;
use khoalai::tls::{SECP256R1MLKEM768, SECP384R1MLKEM1024, TlsGroup, TlsShare, X25519MLKEM768};
use khoalai::*;

pub(crate) fn drive(lab: &mut Lab) {
    tls::<MlKem768, X25519>(lab, X25519MLKEM768, [ML_KEM_768, X25519_SHARE]);
    tls::<MlKem768, P256>(lab, SECP256R1MLKEM768, [ML_KEM_768, P256_SHARE]);
    tls::<MlKem1024, P384>(lab, SECP384R1MLKEM1024, [ML_KEM_1024, P384_SHARE]);
    rounds(lab, "SSH mlkem768x25519-sha256", ssh);
}

/// Two rounds with different secrets, compared.
pub(crate) fn rounds(lab: &mut Lab, name: &str, mut round: impl FnMut(&mut Lab, u64)) {
    if !lab.wants(name) {
        return;
    }
    lab.report.begin(name);
    let rounds = ROUNDS.map(|seed| {
        round(lab, seed);
        lab.next()
    });
    lab.compare(&rounds);
}

/// The client's keys, made outside from the same tape.
fn client_keys(lab: &mut Lab, halves: [Algorithm; 2], seed: u64) {
    let mut tape = Tape::new(seed, "client");
    for half in halves {
        let key = generate(half, &mut tape).expect("a half");
        Private::of(&key).add_to(&mut lab.needles);
    }
}

fn tls<Q: Component, C: Component>(lab: &mut Lab, group: TlsGroup, halves: [Algorithm; 2]) {
    rounds(lab, group.name(), |lab, seed| {
        client_keys(lab, halves, seed);
        for draws in 0..2 {
            let mut tape = Tape::new(seed, "client").failing_after(draws);
            lab.run(&format!("generate, failing in draw {draws}"), || {
                TlsShare::<Q, C>::generate(group, &mut tape).is_ok()
            });
        }
        let mut tape = Tape::new(seed, "client");
        let client = lab.run("generate", || TlsShare::<Q, C>::generate(group, &mut tape));
        lab.see_live();
        let (mut share, mut answer) = (vec![0; group.client_share_len()], vec![0; group.server_share_len()]);
        client.get().as_ref().expect("a client").client_share(&mut share).expect("a share");

        let mut tape = Tape::new(seed, "server");
        let secret = group.respond(&share, &mut tape, &mut answer).expect("a secret");
        lab.needles.add_number("the randomness", tape.drawn());
        lab.needles.add("the secret", secret.expose());
        let mut tape = Tape::new(seed, "server");
        let at_server = lab.run("respond", || group.respond(&share, &mut tape, &mut answer));
        lab.see_live();
        lab.finish("drop of the server's secret", at_server);
        for draws in 0..2 {
            let mut tape = Tape::new(seed, "server").failing_after(draws);
            lab.run(&format!("respond, failing in draw {draws}"), || {
                group.respond(&share, &mut tape, &mut answer).is_ok()
            });
        }
        group.respond(&share, &mut Tape::new(seed, "server"), &mut answer).expect("a secret");

        let random = &mut Tape::new(seed, "finish");
        // The key is moved out of its block; what that leaves is the mover's.
        let at_client = lab.run_by_value("finish", client, |client| client?.finish(&answer, random));
        assert!(at_client.get().as_ref().is_ok_and(|at_client| *at_client == secret));
        lab.see_live();
        lab.finish("drop of the client's secret", at_client);
        let mut tape = Tape::new(seed, "client");
        let client = lab.run("generate", || TlsShare::<Q, C>::generate(group, &mut tape));
        let zeros = vec![0; answer.len()];
        let refused = lab.run_by_value("finish with zeros", client, |client| client?.finish(&zeros, random));
        lab.finish("drop of nothing", refused);
        let mut tape = Tape::new(seed, "client");
        let client = lab.run("generate", || TlsShare::<Q, C>::generate(group, &mut tape));
        lab.finish("drop of the client", client);
    });
}

fn ssh(lab: &mut Lab, seed: u64) {
    client_keys(lab, [ML_KEM_768, X25519_SHARE], seed);
    let mut tape = Tape::new(seed, "client");
    let client = lab.run("generate", || ssh::MlKem768X25519::generate(&mut tape));
    lab.see_live();
    let (mut init, mut reply) = (vec![0; ssh::C_INIT_LEN], vec![0; ssh::S_REPLY_LEN]);
    client.get().as_ref().expect("a client").c_init(&mut init).expect("a share");

    let mut tape = Tape::new(seed, "server");
    let secret = ssh::mlkem768x25519_sha256(&init, &mut tape, &mut reply).expect("a secret");
    lab.needles.add_number("the randomness", tape.drawn());
    lab.needles.add("the secret", secret.expose());
    let mut tape = Tape::new(seed, "server");
    let at_server = lab.run("respond", || ssh::mlkem768x25519_sha256(&init, &mut tape, &mut reply));
    lab.see_live();
    lab.finish("drop of the server's secret", at_server);

    let random = &mut Tape::new(seed, "finish");
    let at_client = lab.run_by_value("finish", client, |client| client?.finish(&reply, random));
    assert!(at_client.get().as_ref().is_ok_and(|at_client| *at_client == secret));
    lab.see_live();
    lab.finish("drop of the client's secret", at_client);
}
