//! ML-KEM by `pqcrypto-kyber`: keys in expanded form, and C code on the stack.

use crate::lab::{Lab, ROUNDS};
use crate::random::Tape;
use crate::secrets::{self, Private, public};
use khoalai::soft::pqclean::{Kyber512, Kyber768, Kyber1024};
use khoalai::soft::{Key, PrivateForm, SoftwareKey};
use khoalai::{Algorithm, Error, ML_KEM_512, ML_KEM_768, ML_KEM_1024, Result};

pub(crate) fn drive(lab: &mut Lab) {
    subject::<Key<Kyber512>>(lab, "Kyber512", ML_KEM_512, Kyber512::encapsulate_by_system);
    subject::<Key<Kyber768>>(lab, "Kyber768", ML_KEM_768, Kyber768::encapsulate_by_system);
    subject::<Key<Kyber1024>>(lab, "Kyber1024", ML_KEM_1024, Kyber1024::encapsulate_by_system);
}

type Encapsulate = fn(&[u8], &mut [u8], &mut [u8]) -> Result<()>;

fn subject<K: SoftwareKey>(lab: &mut Lab, name: &str, algorithm: Algorithm, encapsulate: Encapsulate) {
    if !lab.wants(name) {
        return;
    }
    lab.report.begin(name);
    let rounds = ROUNDS.map(|seed| {
        round::<K>(lab, algorithm, encapsulate, seed);
        lab.next()
    });
    lab.compare(&rounds);
}

fn round<K: SoftwareKey>(lab: &mut Lab, algorithm: Algorithm, encapsulate: Encapsulate, seed: u64) {
    let outside = khoalai::generate(algorithm, &mut Tape::new(seed, "key")).expect("a key");
    let private = Private::of(&outside);
    let public = public(&outside);
    private.add_to(&mut lab.needles);
    let expanded = secrets::expanded(algorithm, &private.raw).expect("an expanded key");
    lab.see(std::slice::from_ref(&expanded));

    let key = lab.run("import", || K::import_form(algorithm, PrivateForm::Expanded(&expanded)));
    lab.see_live();
    let refused = lab.run("import of a wrong length", || {
        K::import_form(algorithm, PrivateForm::Expanded(&expanded[1..])).err()
    });
    assert!(refused.get().is_some());
    let refused = lab.run("import of a seed", || K::import(algorithm, &private.raw).err());
    assert_eq!(*refused.get(), Some(Error::Unsupported));

    // Its randomness is the system's, another each time: what it leaves is looked through, not compared.
    let (mut ciphertext, mut secret) = (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);
    let (made, shot) =
        lab.shoot("encapsulate", || encapsulate(&public, &mut ciphertext, &mut secret).is_ok());
    assert!(made.take());
    lab.needles.add("the shared secret", &secret);
    lab.see(&[secret.clone()]);
    lab.check(shot.public());

    algorithm
        .encapsulate(&public, &mut Tape::new(seed, "encapsulate"), &mut ciphertext, &mut secret)
        .expect("a ciphertext");
    let key_of = key.get().as_ref().expect("a key");
    let random = &mut Tape::new(seed, "decapsulate");
    for name in ["decapsulate", "decapsulate another's ciphertext"] {
        secrets::shared_secrets(&private, &ciphertext, &mut lab.needles);
        let mut opened = vec![0; algorithm.secret_len()];
        let done = lab.run(name, || key_of.decapsulate(&ciphertext, random, &mut opened).is_ok());
        assert!(*done.get());
        lab.see(&[opened]);
        ciphertext[9] ^= 1;
    }
    lab.run("decapsulate a wrong length", || {
        key_of.decapsulate(&ciphertext[1..], random, &mut secret).is_ok()
    });
    lab.finish("drop", key);
}
