//! Every algorithm of the table, through the interface that works for all of them.

use crate::files;
use crate::lab::{Lab, ROUNDS, Slot};
use crate::random::Tape;
use crate::secrets::{self, Private, public};
use crate::spy::see_half_secrets;
use khoalai::algorithm::Kind;
use khoalai::encode::pkcs8::Decoded;
use khoalai::soft::{PrivateForm, SoftwareKey};
use khoalai::{
    Algorithm, BoxedKey, DecapsulationKey, DigestAlgorithm, Error, ExportPrivateKey, Hedge, Input,
    MessageStream, PrivateKey, PublicKey, Random, Result, SharedSecret, SigningKey,
};
use std::marker::PhantomData;

const MESSAGE: &[u8] = b"what is signed here is no secret";
const CONTEXT: &[u8] = b"context";

/// Where the keys of a subject come from.
pub(crate) trait Source {
    type Key;
    fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self::Key>;
    fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<Self::Key>;
    fn import_form(algorithm: Algorithm, form: PrivateForm<'_>) -> Result<Self::Key>;
    fn load(decoded: &Decoded<'_>) -> Result<Self::Key>;
    fn use_it(key: &Self::Key) -> &dyn ExportPrivateKey;
}

/// Keys in boxes, of any row.
pub(crate) struct Boxed;

impl Source for Boxed {
    type Key = BoxedKey;

    fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey> {
        khoalai::generate(algorithm, random)
    }

    fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<BoxedKey> {
        khoalai::import(algorithm, private_key)
    }

    fn import_form(algorithm: Algorithm, form: PrivateForm<'_>) -> Result<BoxedKey> {
        khoalai::import_form(algorithm, form)
    }

    fn load(decoded: &Decoded<'_>) -> Result<BoxedKey> {
        decoded.load_boxed()
    }

    fn use_it(key: &BoxedKey) -> &dyn ExportPrivateKey {
        &**key
    }
}

/// Keys of one type, where they were made.
pub(crate) struct Typed<K>(PhantomData<K>);

impl<K: SoftwareKey> Source for Typed<K> {
    type Key = K;

    fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<K> {
        K::generate(algorithm, random)
    }

    fn import(algorithm: Algorithm, private_key: &[u8]) -> Result<K> {
        K::import(algorithm, private_key)
    }

    fn import_form(algorithm: Algorithm, form: PrivateForm<'_>) -> Result<K> {
        K::import_form(algorithm, form)
    }

    fn load(decoded: &Decoded<'_>) -> Result<K> {
        decoded.load()
    }

    fn use_it(key: &K) -> &dyn ExportPrivateKey {
        key
    }
}

/// Drives keys of `algorithm` through all that there is, twice with different secrets.
pub(crate) fn subject<S: Source>(lab: &mut Lab, name: &str, algorithm: Algorithm) {
    if !lab.wants(name) {
        return;
    }
    lab.report.begin(name);
    // The small sets of SLH-DSA take seconds for a signature. They share their code with the fast ones.
    if algorithm.name().starts_with("SLH-DSA-") && algorithm.name().ends_with('s') {
        brief::<S>(lab, algorithm);
        lab.next();
        return;
    }
    let rounds = ROUNDS.map(|seed| {
        drive::<S>(lab, algorithm, seed);
        lab.next()
    });
    lab.compare(&rounds);
}

fn drive<S: Source>(lab: &mut Lab, algorithm: Algorithm, seed: u64) {
    // The same key outside, to know its secrets beforehand.
    let outside = khoalai::generate(algorithm, &mut Tape::new(seed, "key")).expect("a key");
    let private = Private::of(&outside);
    let public = public(&outside);
    private.add_to(&mut lab.needles);

    let made = generate::<S>(lab, algorithm, seed);
    let key = S::use_it(made.get().as_ref().expect("a key"));
    let wrong_length = &private.raw[1..];
    let import = lab.run("import", || S::import(algorithm, &private.raw));
    lab.see_live();
    lab.finish("drop of an import", import);
    let expanded = secrets::expanded(algorithm, &private.raw);
    if let Some(expanded) = &expanded {
        forms::<S>(lab, algorithm, &private.raw, expanded);
    }
    let refused = lab.run("import of a wrong length", || S::import(algorithm, wrong_length).err());
    assert!(refused.get().is_some());

    let mut out = vec![0; algorithm.private_key_len()];
    lab.run("export", || key.expose_private_key(&mut out).is_ok());
    lab.run("export without room", || key.expose_private_key(&mut out[1..]).is_ok());
    files::drive::<S>(lab, &private, expanded.as_deref());

    match algorithm.kind() {
        Kind::Signature => sign::<S>(lab, key, &private, &public, seed),
        _ => exchange::<S>(lab, key, &private, &public, seed),
    }
    lab.see_live();
    lab.finish("drop", made);
}

/// Private keys in expanded form, alone and beside their seed, good and bad.
fn forms<S: Source>(lab: &mut Lab, algorithm: Algorithm, seed: &[u8], expanded: &[u8]) {
    // It is there while it is needed: with its owner.
    lab.see(&[expanded.to_vec()]);
    let mut other = expanded.to_vec();
    other[expanded.len() - 1] ^= 1;
    let good = [PrivateForm::Expanded(expanded), PrivateForm::Both { seed, expanded }];
    for (form, name) in good.into_iter().zip(["an expanded key", "a seed and its expanded key"]) {
        let import = lab.run(&format!("import of {name}"), || S::import_form(algorithm, form));
        assert!(import.get().is_ok(), "{algorithm}: {name}");
        lab.see_live();
        lab.finish(&format!("drop of {name}"), import);
    }
    let refused = lab.run("import of a seed and another expanded key", || {
        S::import_form(algorithm, PrivateForm::Both { seed, expanded: &other }).err()
    });
    assert_eq!(*refused.get(), Some(Error::BadPrivateKey), "{algorithm}");
    // The last bytes are z, which anything may be, or t0, which follows from the rest.
    let refused = lab.run("import of a changed expanded key", || {
        S::import_form(algorithm, PrivateForm::Expanded(&other)).is_err()
    });
    assert_eq!(*refused.get(), algorithm.kind() == Kind::Signature, "{algorithm}");
    lab.run("import of an expanded key of a wrong length", || {
        S::import_form(algorithm, PrivateForm::Expanded(&expanded[1..])).is_err()
    });
}

fn brief<S: Source>(lab: &mut Lab, algorithm: Algorithm) {
    let mut tape = Tape::new(1, "key");
    let made = lab.run("generate", || S::generate(algorithm, &mut tape));
    let key = S::use_it(made.get().as_ref().expect("a key"));
    let mut raw = vec![0; algorithm.private_key_len()];
    key.expose_private_key(&mut raw).expect("a private key");
    Private { algorithm, raw: raw.clone(), components: vec![(algorithm, raw.clone())] }
        .add_to(&mut lab.needles);
    lab.see_live();
    let import = lab.run("import", || S::import(algorithm, &raw));
    lab.finish("drop of an import", import);
    let mut out = vec![0; algorithm.signature_len()];
    let mut tape = Tape::new(1, "sign hedged");
    let input = Input::Message(&[MESSAGE]);
    lab.run("sign hedged", || key.sign(input, CONTEXT, Hedge::Required, &mut tape, &mut out).is_ok());
    lab.finish("drop", made);
}

fn generate<S: Source>(lab: &mut Lab, algorithm: Algorithm, seed: u64) -> Slot<Result<S::Key>> {
    let mut outside = Tape::new(seed, "key");
    khoalai::generate(algorithm, &mut outside).expect("a key");
    for draws in 0..outside.draws() {
        let mut tape = Tape::new(seed, "key").failing_after(draws);
        let made = lab
            .run(&format!("generate, failing in draw {draws}"), || S::generate(algorithm, &mut tape).err());
        assert_eq!(*made.get(), Some(Error::RandomFailed));
    }
    let mut tape = Tape::new(seed, "key").with(lab.camera());
    let (made, shot) = lab.shoot("generate", || S::generate(algorithm, &mut tape));
    // The trial of a fresh key ends with what anyone does: its public key is checked, a signature
    // verified. What leads there is compared when the same key is imported, and when it signs.
    let ends_in_public = algorithm.kind() == Kind::Signature || algorithm.is_classical();
    lab.check(if ends_in_public { shot.public() } else { shot });
    lab.see(&tape.pictures);
    lab.see_live();
    made
}

pub(crate) fn exchange<S: Source>(
    lab: &mut Lab,
    key: &dyn PrivateKey,
    private: &Private,
    public: &[u8],
    seed: u64,
) {
    let algorithm = private.algorithm;
    let (mut ciphertext, mut secret) = (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);

    // Once outside, for what it draws and what comes out.
    let mut tape = Tape::new(seed, "encapsulate");
    algorithm.encapsulate(public, &mut tape, &mut ciphertext, &mut secret).expect("a ciphertext");
    secrets::drawn(algorithm, public, tape.drawn(), &mut lab.needles);
    secrets::shared_secrets(private, &ciphertext, &mut lab.needles);
    lab.needles.add_number("the shared secret", &secret);

    for draws in 0..tape.draws() {
        let mut tape = Tape::new(seed, "encapsulate").failing_after(draws);
        let (mut c, mut s) = (ciphertext.clone(), secret.clone());
        let made = lab.run(&format!("encapsulate, failing in draw {draws}"), || {
            algorithm.encapsulate(public, &mut tape, &mut c, &mut s).err()
        });
        assert_eq!(*made.get(), Some(Error::RandomFailed));
    }
    let mut tape = Tape::new(seed, "encapsulate").with(lab.camera());
    let (mut c, mut s) = (ciphertext.clone(), secret.clone());
    lab.run("encapsulate", || algorithm.encapsulate(public, &mut tape, &mut c, &mut s).is_ok());
    lab.see(&tape.pictures);
    let random = &mut Tape::new(seed, "encapsulate");
    lab.run("encapsulate without room", || {
        algorithm.encapsulate(public, random, &mut c, &mut s[1..]).is_ok()
    });
    let random = &mut Tape::new(seed, "encapsulate");
    // Refused for what the key is, which everybody may know.
    lab.run_public("encapsulate to a wrong length", || {
        algorithm.encapsulate(&public[1..], random, &mut c, &mut s).is_ok()
    });

    let prepared = algorithm.row().software.prepare(algorithm, public).expect("a good key");
    let mut tape = Tape::new(seed, "encapsulate");
    lab.run("prepared: encapsulate", || prepared.encapsulate(&mut tape, &mut c, &mut s).is_ok());
    assert!(c == ciphertext && s == secret, "{algorithm}");

    let random = &mut Tape::new(seed, "decapsulate");
    lab.run("decapsulate", || key.decapsulate(&ciphertext, random, &mut s).is_ok());
    assert_eq!(s, secret);
    lab.see(&[s.clone()]);
    // That is found out after the share was read.
    lab.run_public("decapsulate without room", || key.decapsulate(&ciphertext, random, &mut s[1..]).is_ok());
    lab.run("decapsulate a wrong length", || key.decapsulate(&ciphertext[1..], random, &mut s).is_ok());

    // Made for another key; and with one half of its own and one of another.
    let other = khoalai::generate(algorithm, &mut Tape::new(seed, "other")).expect("a key");
    let mut foreign = vec![0; algorithm.ciphertext_len()];
    let mut tape = Tape::new(seed, "foreign");
    algorithm.encapsulate(&self::public(&other), &mut tape, &mut foreign, &mut s).expect("a ciphertext");
    let middle = algorithm.halves().map_or(foreign.len() / 2, |(pq, _)| pq.ciphertext_len());
    let mixtures = [
        ("another's ciphertext", foreign.clone()),
        ("a ciphertext with another's first half", [&foreign[..middle], &ciphertext[middle..]].concat()),
        ("a ciphertext with another's second half", [&ciphertext[..middle], &foreign[middle..]].concat()),
        ("zeros", vec![0; foreign.len()]),
        (
            "a ciphertext with zeros at the end",
            [&ciphertext[..middle], &vec![0; foreign.len() - middle]].concat(),
        ),
    ];
    let rejected = foreign.clone();
    for (name, mixture) in mixtures {
        secrets::shared_secrets(private, &mixture, &mut lab.needles);
        s.fill(0);
        let opened =
            lab.run(&format!("decapsulate {name}"), || key.decapsulate(&mixture, random, &mut s).is_ok());
        if *opened.get() {
            let mut outside = vec![0; s.len()];
            key.decapsulate(&mixture, random, &mut outside).expect("as before");
            lab.needles.add_number("the shared secret", &outside);
            lab.see(&[outside]);
            lab.run(&format!("decapsulate {name}"), || key.decapsulate(&mixture, random, &mut s).is_ok());
        }
    }

    if algorithm.halves().is_some() {
        see_half_secrets(lab, private, &ciphertext);
    }
    lab.see_at_work(|| {
        // Keys of two halves are not imported whole.
        let loaded = (!private.raw.is_empty()).then(|| S::import(algorithm, &private.raw));
        let mut tape = Tape::new(seed, "encapsulate");
        let sent = algorithm.encapsulate(public, &mut tape, &mut c, &mut s);
        let got = key.decapsulate(&ciphertext, &mut tape, &mut s);
        let rejected = key.decapsulate(&rejected, &mut tape, &mut s);
        assert_eq!((loaded.and_then(Result::err), sent, got, rejected), (None, Ok(()), Ok(()), Ok(())));
    });

    if algorithm.kind() == Kind::Kem && algorithm.secret_len() == SharedSecret::LEN {
        let public = PublicKey::new(algorithm, public).expect("a public key");
        let mut tape = Tape::new(seed, "encapsulate");
        let sent = lab.run("view: encapsulate", || public.encapsulate(&mut tape, &mut c));
        lab.see_live();
        lab.finish("drop of the sent secret", sent);
        let view = DecapsulationKey::new(key).expect("a view");
        let got = lab.run("view: decapsulate", || view.decapsulate(&ciphertext, random));
        assert!(got.get().as_ref().is_ok_and(|got| *got.expose() == secret[..]));
        lab.finish("drop of the received secret", got);
        lab.run("view: decapsulate a wrong length", || view.decapsulate(&ciphertext[1..], random).is_ok());
        let mut tape = Tape::new(seed, "encapsulate").failing_after(0);
        lab.run("view: encapsulate, failing", || public.encapsulate(&mut tape, &mut c).is_ok());
    }
}

pub(crate) fn sign<S: Source>(
    lab: &mut Lab,
    key: &dyn PrivateKey,
    private: &Private,
    public: &[u8],
    seed: u64,
) {
    let algorithm = private.algorithm;
    let mut out = vec![0; algorithm.signature_len()];
    let whole = Input::Message(&[MESSAGE]);
    let halves = MESSAGE.split_at(10);
    let parts = [halves.0, halves.1];
    let context = if key.sign(whole, CONTEXT, Hedge::Deterministic, &mut Tape::new(0, ""), &mut out).is_ok() {
        CONTEXT
    } else {
        b""
    };

    for (name, input, hedge) in [
        ("sign", whole, Hedge::Deterministic),
        ("sign hedged", whole, Hedge::Required),
        ("sign in parts", Input::Message(&parts), Hedge::Preferred),
    ] {
        let mut tape = Tape::new(seed, name).with(lab.camera());
        let (made, shot) =
            lab.shoot(name, || key.sign(input, context, hedge, &mut tape, &mut out).map(<[u8]>::len));
        let len = made.take().expect("a signature");
        secrets::nonces(private, MESSAGE, context, tape.drawn(), &out[..len], &mut lab.needles);
        lab.see(&tape.pictures);
        lab.check(shot.with_len(len));
    }

    for draws in 0..2 {
        let mut tape = Tape::new(seed, "sign hedged").failing_after(draws);
        let (made, shot) = lab.shoot(&format!("sign, failing in draw {draws}"), || {
            key.sign(whole, context, Hedge::Required, &mut tape, &mut out).map_or(0, <[u8]>::len)
        });
        lab.check(shot.with_len(made.take()));
    }
    let tape = &mut Tape::new(seed, "errors");
    lab.run("sign without room", || key.sign(whole, context, Hedge::Required, tape, &mut out[1..]).is_ok());
    lab.run("sign under a long context", || {
        key.sign(whole, &[7; 256], Hedge::Required, tape, &mut out).is_ok()
    });
    lab.run("sign a bad prehash", || {
        key.sign(Input::Prehash(&[1; 5]), context, Hedge::Required, tape, &mut out).is_ok()
    });

    for (name, input) in [
        ("sign a hash of 32 bytes", Input::Prehash(&[1; 32])),
        ("sign a hash of 64 bytes", Input::Prehash(&[1; 64])),
        ("sign for HashML-DSA", Input::Hashed { hash: DigestAlgorithm::Sha512, digest: &[2; 64] }),
        ("sign a representative", Input::Mu(&[3; 64])),
    ] {
        // A representative has its context in it.
        let context = if matches!(input, Input::Mu(_)) { b"" } else { context };
        let mut tape = Tape::new(seed, name);
        let (made, shot) = lab.shoot(name, || {
            key.sign(input, context, Hedge::Required, &mut tape, &mut out).map_or(0, <[u8]>::len)
        });
        lab.check(shot.with_len(made.take()));
    }

    lab.see_at_work(|| {
        // Keys of two halves are not imported whole.
        let loaded = (!private.raw.is_empty()).then(|| S::import(algorithm, &private.raw));
        let signed = key.sign(whole, context, Hedge::Deterministic, tape, &mut out);
        assert_eq!((loaded.and_then(Result::err), signed.err()), (None, None));
        let mut tape = Tape::new(seed, "sign hedged");
        let signed = key.sign(whole, context, Hedge::Required, &mut tape, &mut out);
        assert!(signed.is_ok());
    });

    // A message as it streams by; μ, for ML-DSA alone.
    if !algorithm.is_classical() {
        let view = SigningKey::new(key).expect("a view");
        let checked = PublicKey::new(algorithm, public).expect("a public key");
        let mut tape = Tape::new(seed, "stream");
        let (made, shot) = lab.shoot("view: sign a stream", || {
            let mut stream = MessageStream::new(&checked, context)?;
            stream.update(MESSAGE);
            stream.sign(&view, &mut tape, &mut out).map(<[u8]>::len)
        });
        if let Ok(len) = made.take() {
            secrets::nonces(private, MESSAGE, context, tape.drawn(), &out[..len], &mut lab.needles);
        }
        // It hashes the public key before, and asks for it once more; then it signs, as above.
        lab.check(shot.public());
    }
}
