//! Handles that are remembered: nothing is searched for at each use, and no other key works in a key's name.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::open::{arguments, pin, public_of, sha256};
use crate::support::tokens::{Kryoptic, Token, USER_PIN};
use crate::token_test;
use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use cryptoki_sys::*;
use khoalai::{Error, *};
use khoalai_hsm::{
    ComponentSecrets, DecapsulateInside as _, EventKind, InsideTask, Options, Profile, TokenKey,
};
use std::time::{Duration, Instant};

/// For so long a handle is believed.
const BELIEVED: Duration = Duration::from_millis(100);
const USES: u32 = 100;

/// What a use of a key calls.
fn calls(scene: &Scene<'_>, work: impl FnOnce()) -> Vec<String> {
    scene.say("trace");
    work();
    let trace = scene.control.trace();
    trace.iter().filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned).collect()
}

/// A key is searched for at its first use, and then so rarely that it costs nothing; a use makes the calls that
/// do the work and no others.
fn looks_up_once(scene: &Scene<'_>, key: &impl PrivateKey, expected: &[&str], searches: u64) {
    let algorithm = key.algorithm();
    wait_until(&format!("a use of {algorithm} with nothing but its work"), || {
        calls(scene, || work(key).unwrap()) == expected
    });
    let (before, start) = (scene.say("count C_FindObjectsInit"), Instant::now());
    (0..USES).for_each(|_| work(key).unwrap());
    let made = scene.say("count C_FindObjectsInit") - before;
    // Where the machine is slow there are more moments.
    let moments = u64::try_from(start.elapsed().as_millis() / BELIEVED.as_millis()).unwrap() + 2;
    println!("{algorithm}: {made} searches in {USES} uses, {moments} moments");
    assert!(made <= moments * searches, "{algorithm}: {made} searches in {USES} uses");
}

fn searches(scene: &Scene<'_>) {
    let share: &[&str] = &["C_DeriveKey", "C_GetAttributeValue", "C_DestroyObject"];
    for (algorithm, expected) in [
        (P256_SHARE, share),
        (ECDSA_P256_SHA256, &["C_SignInit", "C_Sign"]),
        (RSA2048_OAEP_SHA256, &["C_DecryptInit", "C_Decrypt"]),
    ] {
        looks_up_once(scene, &scene.key(algorithm), expected, 1);
    }
    scene.has_objects(6);
}

/// With a profile of this very module which says that handles are never reused. The slot is used as `options` say
/// by now: they are the first that open it.
fn with_its_word(token: &Token, options: &mut Options) {
    let (uri, modules, _) = arguments(token);
    let found = khoalai_hsm::tokens(&uri, &modules, options).unwrap().remove(0);
    let (description, (major, minor)) = found.library;
    let text = format!(
        "[module]\nname = 'X'\nlibrary_description = '{description}'\nlibrary_version = '{major}.{minor}'\nsha256 = ['{}']\n[calls]\nhandles_are_never_reused = true\n",
        sha256(token)
    );
    options.profiles = vec![Profile::parse(&text).unwrap()];
}

fn watched(token: &Token) -> Scene<'_> {
    Scene::with(token, pin(), |options| with_its_word(token, options))
}

fn unwatched(token: &Token) -> Scene<'_> {
    Scene::with(token, pin(), |options| {
        options.limits.watched = Some(false);
        with_its_word(token, options);
    })
}

fn searches_watched(token: &Token) {
    searches(&watched(token));
}
on_both!(once, searches_watched);

fn searches_here(token: &Token) {
    searches(&unwatched(token));
}
on_both!(once_here, searches_here);

fn searched_each_time(scene: &Scene<'_>, searches: u64, work: impl Fn()) {
    let before = scene.say("count C_FindObjectsInit");
    (0..USES).for_each(|_| work());
    let made = scene.say("count C_FindObjectsInit") - before;
    assert!(made >= u64::from(USES) * searches, "{made} searches in {USES} uses");
}

/// Without a profile a key that signs is remembered, and one that opens is not.
fn default(token: &Token) {
    let scene = Scene::new(token);
    looks_up_once(&scene, &scene.key(ECDSA_P256_SHA256), &["C_SignInit", "C_Sign"], 1);
    for algorithm in [P256_SHARE, RSA2048_OAEP_SHA256] {
        let key = scene.key(algorithm);
        searched_each_time(&scene, 1, || work(&key).unwrap());
    }
    scene.has_objects(6);
}
on_both!(by_default, default);

// So are both halves of a hybrid, whatever becomes of its secret.
token_test!(whole_by_default, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    let scene = Scene::new(&token);
    let inside = ComponentSecrets::StayInside;
    let key = scene.token.generate_hybrid(MLKEM768_P256, "x", inside, &mut SystemRandom).unwrap();
    searched_each_time(&scene, 2, || work(&key).unwrap());
    let mut ciphertext = vec![0; MLKEM768_P256.ciphertext_len()];
    let _ = public_of(&key).encapsulate(&mut SystemRandom, &mut ciphertext).unwrap();
    let task = InsideTask::Encrypt { nonce: &[0; 12], associated: b"", data: b"TEST ONLY" };
    searched_each_time(&scene, 2, || drop(key.decapsulate_inside(&ciphertext, task).unwrap()));
});

/// A module that does in sessions that write what others do in those that only read: a use writes nothing there,
/// and nothing is forgotten over it.
fn writers(token: &Token) {
    let scene = watched(token);
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("on C_SignInit 0 1 return 0xb5");
    work(&key).unwrap();
    assert_eq!(scene.told(EventKind::Quirk), ["WANTS_WRITE_SESSIONS"]);
    looks_up_once(&scene, &key, &["C_SignInit", "C_Sign"], 1);
}
on_both!(in_sessions_that_write, writers);

// Both halves in the token.
token_test!(whole, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    let scene = watched(&token);
    let inside = ComponentSecrets::StayInside;
    let key = scene.token.generate_hybrid(MLKEM768_P256, "x", inside, &mut SystemRandom).unwrap();
    let expected =
        [&["C_DecapsulateKey"][..], &["C_DeriveKey"; 4], &["C_GetAttributeValue"], &["C_DestroyObject"; 5]];
    looks_up_once(&scene, &key, &expected.concat(), 2);
});

/// What somebody else does to the private key of this name, by the real module.
fn meanwhile(token: &Token, name: &str, work: impl FnOnce(&Session, ObjectHandle)) {
    let module = Pkcs11::new(token.real()).unwrap();
    let session = module.open_rw_session(token.slot(&module)).unwrap();
    match session.login(UserType::User, Some(&AuthPin::new(USER_PIN.into()))) {
        Ok(()) | Err(cryptoki::error::Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
        Err(error) => panic!("{error}"),
    }
    let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(name.into())];
    let found = session.find_objects(&wanted).unwrap();
    assert_eq!(found.len(), 1, "{name}");
    work(&session, found[0]);
}

fn destroyed(token: &Token, name: &str) {
    meanwhile(token, name, |session, key| session.destroy_object(key).unwrap());
}

/// Has the key used by several threads, so that several sessions remember it.
fn used_by_many(key: &TokenKey) {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| work(key).unwrap()));
        }
    });
}

/// A key that is another object now, a copy with the same identifier, is found again, and at the first try.
fn copied(token: &Token) {
    let scene = watched(token);
    for algorithm in [P256_SHARE, ECDSA_P256_SHA256] {
        let key = scene.key(algorithm);
        let old = number(&scene, &key);
        used_by_many(&key);
        meanwhile(token, key.name(), |session, key| {
            session.copy_object(key, &[Attribute::Token(true)]).unwrap();
            session.destroy_object(key).unwrap();
        });
        for _ in 0..4 {
            work(&key).unwrap();
        }
        assert_ne!(number(&scene, &key), old);
    }
    scene.has_objects(4);
}
token_test!(copied_kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| copied(&token));
token_test!(copied_softhsm, [Token::softhsm().misbehaving()], |[token]| copied(&token));

/// A key that somebody else has destroyed is not there, whichever session remembers it.
fn gone(scene: &Scene<'_>) {
    for algorithm in [P256_SHARE, ECDSA_P256_SHA256, RSA2048_OAEP_SHA256] {
        let key = scene.key(algorithm);
        used_by_many(&key);
        destroyed(scene.below, key.name());
        for _ in 0..4 {
            assert_eq!(work(&key), Err(Error::NotFound), "{algorithm}");
        }
        let _ = scene.token.clone().destroy(key);
        // One of the same name is another key.
        let again = scene.key(algorithm);
        work(&again).unwrap();
        scene.token.clone().destroy(again).unwrap();
    }
}

fn gone_watched(token: &Token) {
    gone(&watched(token));
}
on_both!(destroyed_by_others, gone_watched);

fn gone_here(token: &Token) {
    gone(&unwatched(token));
}
on_both!(destroyed_by_others_here, gone_here);

/// The number under which this key is used.
fn number(scene: &Scene<'_>, key: &TokenKey) -> String {
    scene.forget(key.algorithm(), key.name());
    scene.say("trace");
    work(key).unwrap();
    let trace = scene.control.trace();
    let used = trace.iter().find_map(|line| {
        let words: Vec<_> = line.split(' ').collect();
        ["C_SignInit", "C_DeriveKey", "C_DecryptInit"].contains(&words[0]).then(|| words[2].to_owned())
    });
    used.unwrap_or_else(|| panic!("{}", trace.join("\n")))
}

/// Another key gets the number of one that is gone. What it signs is not given out, and then the right one is
/// missed. What it opens is not even asked for, but where a profile gives the module's word.
fn renumbered(scene: &Scene<'_>, by_its_word: bool) {
    for algorithm in [ECDSA_P256_SHA256, P256_SHARE, RSA2048_OAEP_SHA256] {
        let make = |name| scene.token.clone().generate(algorithm, name, &mut SystemRandom).unwrap();
        let (key, other) = (make("key"), make("other"));
        let (old, new) = (number(scene, &key), number(scene, &other));
        assert_ne!(old, new);
        work(&key).unwrap();
        destroyed(scene.below, "key");
        scene.say(&format!("renumber {old} {new}"));
        if algorithm == P256_SHARE && by_its_word {
            // Within the moment it is believed; see below.
            std::thread::sleep(BELIEVED);
        } else if algorithm == ECDSA_P256_SHA256 || by_its_word {
            // Within the moment it errs, and is not believed any more.
            let refused = work(&key).unwrap_err();
            let errs = [Error::SigningFailed, Error::DecapsulationFailed, Error::NotFound];
            assert!(errs.contains(&refused), "{algorithm}: {refused:?}");
        }
        assert_eq!(work(&key), Err(Error::NotFound), "{algorithm}");
        work(&other).unwrap();
        scene.say("reset");
        let _ = scene.token.clone().destroy(key);
        scene.token.clone().destroy(other).unwrap();
    }
}

fn renumbered_by_default(token: &Token) {
    renumbered(&Scene::new(token), false);
}
on_both!(numbers, renumbered_by_default);

fn renumbered_with_a_profile(token: &Token) {
    renumbered(&watched(token), true);
}
on_both!(numbers_by_profile, renumbered_with_a_profile);

/// A profile that gives a false word makes a key that opens give a wrong secret: that is what the word is for.
fn false_word(token: &Token) {
    let scene = watched(token);
    let make = |name| scene.token.clone().generate(P256_SHARE, name, &mut SystemRandom).unwrap();
    let other = make("other");
    let new = number(&scene, &other);
    wait_until("a wrong secret", || {
        let key = make("key");
        let old = number(&scene, &key);
        let (mut point, mut sent, mut got) = (vec![0; P256_SHARE.ciphertext_len()], [0; 32], [0; 32]);
        let mut public = vec![0; P256_SHARE.public_key_len()];
        let public = key.public_key(&mut public).unwrap();
        P256_SHARE.encapsulate(public, &mut SystemRandom, &mut point, &mut sent).unwrap();
        work(&key).unwrap();
        destroyed(token, "key");
        scene.say(&format!("renumber {old} {new}"));
        // Or not found, where the moment was over.
        let wrong = key.decapsulate(&point, &mut SystemRandom, &mut got).is_ok() && got != sent;
        scene.say("reset");
        let _ = scene.token.clone().destroy(key);
        wrong
    });
}
on_both!(believed_by_profile, false_word);

/// A use under a remembered handle fails as uses of dead handles do: the key is searched for, used again, and
/// forgotten by every session.
fn dead(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(ECDSA_P256_SHA256);
    for code in [
        CKR_GENERAL_ERROR,
        CKR_ARGUMENTS_BAD,
        CKR_KEY_TYPE_INCONSISTENT,
        CKR_DEVICE_ERROR,
        CKR_HOST_MEMORY,
        CKR_BUFFER_TOO_SMALL,
        CKR_KEY_FUNCTION_NOT_PERMITTED,
    ] {
        let fails = |times: u64| {
            scene.say(&format!("on C_SignInit 0 {times} return {code:#x}"));
            let outcome = work(&key);
            scene.say("reset");
            outcome
        };
        // In the moment in which it is remembered.
        wait_until(&format!("a use that survives {code:#x}"), || {
            work(&key).unwrap();
            fails(1).is_ok()
        });
        wait_until(&format!("a session that remembers when another one has met {code:#x}"), || {
            used_by_many(&key);
            let start = Instant::now();
            let _ = fails(2).unwrap_err();
            let next = calls(&scene, || work(&key).unwrap());
            let in_time = start.elapsed() < BELIEVED;
            assert!(!in_time || next.iter().any(|call| call == "C_FindObjectsInit"), "{code:#x}: {next:?}");
            in_time
        });
    }
    scene.has_objects(2);
}
on_both!(dead_handles, dead);

/// A write that nobody waits for any more ends at last: what was found meanwhile is forgotten then.
fn late_write(token: &Token) {
    let scene = Scene::hasty(token, Duration::from_millis(500));
    let key = scene.key(ECDSA_P256_SHA256);
    wait_until("a write that ends while a key is remembered", || {
        scene.say("on C_FindObjectsInit 0 1 hang 600000");
        let late = scene.token.clone().generate(key.algorithm(), key.name(), &mut SystemRandom);
        assert_eq!(late.err(), Some(Error::Timeout));
        let start = Instant::now();
        work(&key).unwrap();
        let remembered = calls(&scene, || work(&key).unwrap()) == ["C_SignInit", "C_Sign"];
        scene.say("release");
        wait_until("the thread's end", || scene.token.usage().1 == 0);
        let next = calls(&scene, || work(&key).unwrap());
        let in_time = remembered && start.elapsed() < BELIEVED;
        assert!(!in_time || next.iter().any(|call| call == "C_FindObjectsInit"), "{next:?}");
        in_time
    });
    scene.has_objects(2);
}
on_both!(late, late_write);
