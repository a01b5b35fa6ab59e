//! The token is gone, and what was sent to it is not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use khoalai::*;
use khoalai_hsm::{
    Access, ComponentSecrets, Home, KeyReference, KeyState, NewKey, Problem, Recovery, RecoveryFile, Sealing,
    SecondFactor,
};
use support::alone::token_test;
use support::open::open;
use support::secrets::keep;
use support::tokens::{Kryoptic, Token};
use zeroize::Zeroizing;

const PASSPHRASE: &[u8] = b"TEST ONLY: giay trong ket sat";

fn passphrase() -> SecondFactor {
    SecondFactor::passphrase(Zeroizing::new(PASSPHRASE.to_vec())).unwrap()
}

/// A message to several recipients: each opens it alone.
struct Message {
    /// For each recipient the ciphertext, and the message key under its shared secret.
    shares: Vec<(Vec<u8>, Vec<u8>)>,
    sealed: Vec<u8>,
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key))
}

impl Message {
    fn to(recipients: &[PublicKey<Vec<u8>>], text: &[u8]) -> Self {
        let random = &mut SystemRandom;
        let mut key = [0; 32];
        Random::fill(random, &mut key).unwrap();
        let nonce = Nonce::from([0; 12]);
        let share = |recipient: &PublicKey<Vec<u8>>| {
            let mut ciphertext = vec![0; recipient.algorithm().ciphertext_len()];
            let secret = recipient.encapsulate(&mut SystemRandom, &mut ciphertext).unwrap();
            (ciphertext, cipher(secret.expose()).encrypt(&nonce, key.as_slice()).unwrap())
        };
        Self {
            shares: recipients.iter().map(share).collect(),
            sealed: cipher(&key).encrypt(&nonce, text).unwrap(),
        }
    }

    fn open<K: PrivateKey>(&self, key: &DecapsulationKey<K>) -> Option<Vec<u8>> {
        let nonce = Nonce::from([0; 12]);
        self.shares.iter().find_map(|(ciphertext, wrapped)| {
            let secret = key.decapsulate(ciphertext, &mut SystemRandom).ok()?;
            let key = cipher(secret.expose()).decrypt(&nonce, wrapped.as_slice()).ok()?;
            cipher(&key.try_into().ok()?).decrypt(&nonce, self.sealed.as_slice()).ok()
        })
    }
}

fn new<'a>(
    algorithm: Algorithm,
    name: &'a str,
    token: &'a khoalai_hsm::Token,
    recovery: Recovery,
) -> NewKey<'a> {
    let pq = Home::Sealed(token, Sealing::by_token());
    NewKey {
        algorithm,
        name,
        pq,
        classical: Home::Token(token),
        recovery,
        secrets: ComponentSecrets::StayInside,
    }
}

/// Takes the first token of this test away, for good: the files in which the module keeps it.
fn destroy(token: &Token) {
    let tokens = token.directory().join("softhsm");
    let mut destroyed = 0;
    for folder in std::fs::read_dir(tokens).unwrap() {
        let folder = folder.unwrap().path();
        let own = std::fs::read(folder.join("token.object")).unwrap();
        if own.windows(token.label().len()).any(|window| window == token.label().as_bytes()) {
            std::fs::remove_dir_all(folder).unwrap();
            destroyed += 1;
        }
    }
    assert_eq!(destroyed, 1);
}

/// The first token is lost. The recovery key is in the second one, or in a file that was kept off line.
fn lost([one, two]: [Token; 2], software: bool) {
    keep(PASSPHRASE);
    let (random, factor) = (&mut SystemRandom, passphrase());
    let (first, second) = (open(&one), open(&two));
    let tokens = [first.clone(), second.clone()];

    // The recovery key comes first.
    let file = software.then(|| RecoveryFile::generate(X_WING, &factor, random).unwrap());
    let in_token = (!software).then(|| {
        let new = new(MLKEM1024_P384, "recovery", &second, Recovery::NoRecovery);
        KeyReference::generate(&new, random).unwrap().0
    });
    let recovery = file.as_ref().map(|file| file.public_key.clone());
    let recovery = recovery.unwrap_or_else(|| in_token.as_ref().unwrap().public_key().unwrap());

    let made = new(MLKEM768_P256, "server", &first, Recovery::Key(recovery.clone()));
    let (reference, key) = KeyReference::generate(&made, random).unwrap();
    let recipients = reference.recipients().unwrap();
    assert_eq!(recipients.len(), 2);
    assert_eq!(recipients[1].as_bytes(), recovery.as_bytes());
    let spki = reference.recovery_spki().unwrap().unwrap();
    assert_eq!(PublicKey::from_spki(&spki, Algorithm::ALL).unwrap().as_bytes(), recovery.as_bytes());

    let text = "Biên bản bàn giao số 1".as_bytes();
    let message = Message::to(&recipients, text);
    assert_eq!(message.open(&DecapsulationKey::new(key).unwrap()).unwrap(), text);
    let pem = reference.to_pem().unwrap();

    // The recovery is rehearsed while there is nothing to recover, then the token is lost.
    let recovery_key: Box<dyn PrivateKey + Send + Sync> = match (&file, &in_token) {
        (Some(file), _) => Box::new(RecoveryFile::open(&file.pem, &factor).unwrap()),
        (_, Some(reference)) => Box::new(reference.open(Access::to(&tokens)).unwrap()),
        _ => unreachable!(),
    };
    reference.rehearse(&*recovery_key, random).unwrap();
    destroy(&one);
    let reference = KeyReference::from_pem(&pem).unwrap();
    let gone = reference.open(Access::to(&tokens)).err().unwrap();
    println!("without its token: {gone}");
    assert_eq!(reference.open(Access::to(&tokens[1..])).err().unwrap(), Error::Absent);

    // Another key cannot take its place.
    let stranger = generate(recovery.algorithm(), random).unwrap();
    let again = new(MLKEM768_P256, "server", &second, Recovery::Key(recovery.clone()));
    let refused = reference.recover(&*stranger, &again, random);
    assert_eq!(refused.err().unwrap(), Problem::RecoveryForeign);

    // What was sent is opened, a new key is made, and the old one is never used again.
    let rotation = reference.recover(&*recovery_key, &again, random).unwrap();
    let recovery_key = DecapsulationKey::new(recovery_key).unwrap();
    assert_eq!(message.open(&recovery_key).unwrap(), text);
    assert_eq!(rotation.old.state(), KeyState::Destroyed);
    let old = KeyReference::from_pem(&rotation.old.to_pem().unwrap()).unwrap();
    assert_eq!(old.open(Access::to(&tokens)).err().unwrap(), Problem::KeyDestroyed);
    assert_eq!(old.recipients().err().unwrap(), Problem::KeyDestroyed);
    assert_eq!(old.public_key().unwrap().as_bytes(), recipients[0].as_bytes());
    // Its recovery key is still told: older messages are opened with it.
    assert_eq!(old.recovery_key().unwrap().unwrap().as_bytes(), recovery.as_bytes());

    let message = Message::to(&rotation.reference.recipients().unwrap(), text);
    assert!(message.shares.len() == 2);
    assert_eq!(message.open(&DecapsulationKey::new(rotation.key).unwrap()).unwrap(), text);
    assert_eq!(message.open(&recovery_key).unwrap(), text);
    let again = KeyReference::from_pem(&rotation.reference.to_pem().unwrap()).unwrap();
    let key = DecapsulationKey::new(again.open(Access::to(&tokens[1..])).unwrap()).unwrap();
    assert_eq!(message.open(&key).unwrap(), text);
}

token_test!(in_a_second_token, [Token::softhsm(), Token::softhsm()], |tokens| lost(tokens, false));
token_test!(in_a_file, [Token::softhsm(), Token::softhsm()], |tokens| lost(tokens, true));

/// What cannot be a recovery key, and what happens without one.
fn unfit([token]: [Token; 1]) {
    let (random, factor, token) = (&mut SystemRandom, passphrase(), open(&token));
    let file = RecoveryFile::generate(X_WING, &factor, random).unwrap();

    // Signatures have none: nothing that was signed is lost with the key.
    let signs = new(MLDSA65_ECDSA_P256_SHA512, "signs", &token, Recovery::Key(file.public_key.clone()));
    assert_eq!(KeyReference::generate(&signs, random).err().unwrap(), Problem::RecoveryUnfit);
    let signature = generate(MLDSA65_ECDSA_P256_SHA512, random).unwrap();
    let signature = support::open::public_of(&signature);
    let opens = new(MLKEM768_P256, "opens", &token, Recovery::Key(signature));
    assert_eq!(KeyReference::generate(&opens, random).err().unwrap(), Problem::RecoveryUnfit);
    // One that cannot be written down as a SubjectPublicKeyInfo.
    let unnamed = new(MLKEM768_X25519, "unnamed", &token, Recovery::NoRecovery);
    let unnamed = KeyReference::generate(&unnamed, random).unwrap().0.public_key().unwrap();
    let before = token.list().unwrap().len();
    let opens = new(MLKEM768_P256, "opens", &token, Recovery::Key(unnamed));
    assert_eq!(KeyReference::generate(&opens, random).err().unwrap(), Problem::RecoveryUnfit);
    for algorithm in [MLDSA65_ECDSA_P256_SHA512, P256_SHARE] {
        let refused = RecoveryFile::generate(algorithm, &factor, random);
        assert_eq!(refused.err().unwrap(), Problem::RecoveryUnfit);
    }
    assert_eq!(token.list().unwrap().len(), before, "a refused key left something in the token");

    let other = SecondFactor::passphrase(Zeroizing::new(b"another".to_vec())).unwrap();
    assert_eq!(RecoveryFile::open(&file.pem, &other).err().unwrap(), Error::PassphraseWrong);

    let none = new(MLKEM768_P256, "none", &token, Recovery::NoRecovery);
    let (reference, _) = KeyReference::generate(&none, random).unwrap();
    assert!(reference.recovery_key().unwrap().is_none() && reference.recovery_spki().unwrap().is_none());
    let key = RecoveryFile::open(&file.pem, &factor).unwrap();
    assert_eq!(reference.rehearse(&key, random).err().unwrap(), Problem::RecoveryForeign);
}

token_test!(unfit_keys, [Token::kryoptic(Kryoptic::CLASSICAL)], unfit);
