//! Where a token is, and which sessions are opened with it.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::open::{arguments, pin};
use crate::support::tokens::{Kryoptic, Token, USER_PIN};
use crate::token_test;
use khoalai::{Error, *};
use khoalai_hsm::{ComponentSecrets, EventKind, Keep, PinSource, Problem};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Taken out and put into another reader: keys that are open find it again, between two calls and in the middle
/// of one, with one more login each time.
fn another_slot(token: &Token) {
    let scene = Scene::new(token);
    let keys = [P256_SHARE, ECDSA_P256_SHA256].map(|algorithm| scene.key(algorithm));
    for round in 0..3 {
        let logins = scene.logins();
        scene.say("move");
        for key in &keys {
            assert_eq!(work(key), Ok(()), "round {round}");
        }
        assert_eq!(scene.logins(), logins + 1, "round {round}");
    }
    // First as keys are searched for, then as they were found a moment ago.
    for (call, searched) in (0..10).map(|call| (call, true)).chain((0..5).map(|call| (call, false))) {
        if searched {
            scene.forget(P256_SHARE, P256_SHARE.name());
        }
        scene.say(&format!("on * {call} 1 move"));
        for key in &keys {
            assert_eq!(work(key), Ok(()), "before call {call}");
        }
        // What was to happen at a later call does not; and that moves it as well.
        scene.say("reset");
        for key in &keys {
            assert_eq!(work(key), Ok(()), "after call {call}");
        }
    }
    // Opened again it is the same one, with the same login, and keys are made there.
    scene.say("move");
    let logins = scene.logins();
    let (uri, modules, options) = arguments(token);
    let again = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap();
    assert!(again.list().unwrap().len() == 2 && work(&keys[0]).is_ok());
    assert_eq!(scene.logins(), logins + 1);
    scene.key(ED25519);
    scene.has_objects(6);
}
on_both!(moved, another_slot);

/// It is away for so long that it is taken for failed; then it is in another slot.
fn away_and_elsewhere(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(P256_SHARE);
    scene.say("remove");
    assert_eq!(work(&key), Err(Error::Absent));
    scene.await_event(EventKind::DeviceFailed);
    assert_eq!(work(&key), Err(Error::Absent));
    scene.say("move");
    scene.say("insert");
    scene.await_event(EventKind::DeviceBack);
    wait_until("the device", || work(&key).is_ok());
    scene.has_objects(2);
}
on_both!(away, away_and_elsewhere);

/// The sessions that were opened, by what they are for.
fn opened(scene: &Scene<'_>) -> (usize, usize) {
    let trace = scene.control.trace();
    let count = |word| trace.iter().filter(|line| line.starts_with(&format!("C_OpenSession {word}"))).count();
    (count("reads"), count("writes"))
}

/// What writes nothing is done in sessions that only read: drivers refuse others, or shut out everybody else.
fn readers(token: &Token) {
    let scene = Scene::new(token);
    let keys = [P256_SHARE, ECDSA_P256_SHA256, RSA2048_OAEP_SHA256].map(|algorithm| scene.key(algorithm));
    scene.say("close-all");
    scene.say("trace");
    keys.iter().for_each(|key| work(key).unwrap());
    scene.token.list().unwrap();
    let (reads, writes) = opened(&scene);
    assert!(reads > 0 && writes == 0, "{reads} and {writes}");
    scene.key(ED25519);
    assert!(opened(&scene).1 > 0, "nothing was traced");
    scene.say("trace");
    keys.iter().for_each(|key| work(key).unwrap());
    assert_eq!(opened(&scene).1, 0);
    scene.has_objects(8);
}
on_both!(reading, readers);

/// A module that has sessions of the other kind alone, and one that says so only when it is used.
fn writers(token: &Token) {
    for trouble in ["writers-only", "on C_DeriveKey 0 1 return 0xb5"] {
        let scene = Scene::new(token);
        let key = scene.key(P256_SHARE);
        scene.say("close-all");
        scene.say(trouble);
        assert_eq!([work(&key), work(&key)], [Ok(()), Ok(())], "{trouble}");
        scene.token.clone().destroy(key).unwrap();
        scene.has_objects(0);
    }
    let scene = Scene::new(token);
    let key = scene.key(P256_SHARE);
    scene.say("on C_DeriveKey 0 1000 return 0xb5");
    assert_eq!(work(&key), Err(Error::DecapsulationFailed), "it is not tried for ever");
    scene.token.clone().destroy(key).unwrap();
    scene.has_objects(0);
}
on_both!(writing, writers);

/// One session is all there is: it does everything, and the login is not lost over it.
fn single_session(token: &Token) {
    let scene = Scene::with(token, pin(), |options| options.limits.sessions = 1);
    scene.say("sessions 1");
    let key = scene.key(P256_SHARE);
    for _ in 0..3 {
        work(&key).unwrap();
        scene.token.clone().destroy(scene.key(ECDSA_P256_SHA256)).unwrap();
    }
    assert_eq!((scene.logins(), scene.say("peak")), (1, 1));
    scene.has_objects(2);
}
on_both!(alone, single_session);

/// A device with a keypad is given no PIN, and nobody is asked for one here.
fn keypad(token: &Token) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let person = PinSource::ask(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        None
    });
    let control = token.control();
    control.say(&format!("keypad {USER_PIN}"));
    control.say("trace");
    let scene = Scene::with(token, person.keeping(Keep::InMemory), |_| {});
    assert!(scene.token.has_keypad());
    let key = scene.key(ECDSA_P256_SHA256);
    work(&key).unwrap();
    // So is a key that wants a login each time.
    scene.say("on CKA_0x202 0 1000 value 01");
    scene.say("on C_Login 1 1 return 0x0");
    let each_time = scene.token.key(ECDSA_P256_SHA256, &khoalai_hsm::Uri::new());
    println!("{:?}", each_time.as_ref().err());
    let trace = scene.control.trace();
    let logins: Vec<_> = trace.iter().filter(|line| line.starts_with("C_Login ")).collect();
    assert!(logins.iter().all(|line| line.contains(" no-pin ")) && logins.len() >= 2, "{logins:?}");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    scene.has_objects(2);
}
on_both!(protected, keypad);

// More keys than one search gives are listed all the same; a search without end is told from one.
token_test!(many, [Token::softhsm().misbehaving()], |[token]| {
    let scene = Scene::new(&token);
    let key = scene.key(ED25519);
    scene.say("repeat 4200");
    assert_eq!(scene.token.list().unwrap().len(), 4200);
    work(&key).unwrap();
    scene.say(&format!("repeat {}", usize::MAX));
    assert_eq!(scene.token.list().err().unwrap(), Problem::TooManyObjects);
    // By its identifier or its name a key is found among however many.
    let listed = {
        scene.say("reset");
        scene.token.list().unwrap().remove(0)
    };
    scene.say(&format!("repeat {}", usize::MAX));
    for uri in [
        khoalai_hsm::Uri::new().with_id(&listed.id).unwrap(),
        khoalai_hsm::Uri::new().with_object(&listed.name).unwrap(),
    ] {
        work(&scene.token.key(ED25519, &uri).unwrap()).unwrap();
        let other = uri.with_object_type(khoalai_hsm::ObjectType::Public).unwrap();
        assert_eq!(scene.token.key(ED25519, &other).err().unwrap(), Error::NotFound);
    }
    scene.has_objects(2);
});

// A size that the device has no keys of is no failure of the device.
token_test!(sizes, [Token::softhsm().misbehaving()], |[token]| {
    let scene = Scene::new(&token);
    scene.say("on C_GenerateKeyPair 0 1 return 0x62");
    let refused =
        scene.token.generate_hybrid(MLKEM768_P256, "x", ComponentSecrets::MayLeave, &mut SystemRandom);
    assert_eq!(refused.err().unwrap(), Problem::NotOffered);
    assert_eq!(scene.happened(EventKind::DeviceFailed), 0);
    scene.has_objects(0);
});

// The calls of a module that speaks 3.2, when it offers less.
fn speaks(token: &Token, newest: Option<(u8, u8)>, version: (u8, u8)) {
    // It keeps the module loaded, with what it was told.
    let control = token.control();
    if let Some((major, minor)) = newest {
        control.say(&format!("interface {major} {minor}"));
    }
    let (uri, modules, options) = arguments(token);
    let found = khoalai_hsm::tokens(&uri, &modules, &options).unwrap();
    assert_eq!(found[0].pkcs11, version);
    let scene = Scene::new(token);
    work(&scene.key(P256_SHARE)).unwrap();
    let made = scene.try_key(ML_KEM_768).map(|key| work(&key));
    assert_eq!(made.is_ok(), version == (3, 2), "C_DecapsulateKey is of 3.2");
    scene.has_objects(if version == (3, 2) { 4 } else { 2 });
}
token_test!(speaks_3_2, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| speaks(
    &token,
    None,
    (3, 2)
));
token_test!(speaks_3_0, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    speaks(&token, Some((3, 0)), (3, 0));
});
token_test!(speaks_2_40, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    speaks(&token, Some((2, 40)), (2, 40));
});

/// Somebody else has initialised the module before: it is used, and not finalised.
fn initialised_before(token: &Token) {
    let theirs = std::mem::ManuallyDrop::new(token.load());
    let scene = Scene::new(token);
    work(&scene.key(P256_SHARE)).unwrap();
    assert_eq!(scene.say("count C_Initialize"), 2, "theirs and ours");
    let (token, events) = (scene.token, scene.events);
    drop(token);
    assert!(!events.lock().unwrap().is_empty());
    assert_eq!(scene.control.say("count C_Finalize"), 0);
    assert!(!theirs.get_slots_with_token().unwrap().is_empty());
}
on_both!(initialised, initialised_before);
