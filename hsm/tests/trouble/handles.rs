//! Handles that are remembered: nothing is searched for at each use, and no other key works in a key's name.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::open::{arguments, pin};
use crate::support::tokens::{Kryoptic, Token, USER_PIN};
use crate::token_test;
use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use khoalai::{Error, *};
use khoalai_hsm::{ComponentSecrets, Profile, TokenKey};
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

fn watched(token: &Token) -> Scene<'_> {
    Scene::new(token)
}

fn unwatched(token: &Token) -> Scene<'_> {
    Scene::with(token, pin(), |options| options.limits.watched = false)
}

fn searches_watched(token: &Token) {
    searches(&watched(token));
}
on_both!(once, searches_watched);

fn searches_here(token: &Token) {
    searches(&unwatched(token));
}
on_both!(once_here, searches_here);

// Both halves in the token.
token_test!(whole, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    let scene = Scene::new(&token);
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
    let scene = Scene::new(token);
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
/// missed. What it opens is found out after a moment, or, where a profile says that the device does such things,
/// at once.
fn renumbered(token: &Token, careful: bool) {
    let scene = Scene::with(token, pin(), |options| {
        if careful {
            options.profiles = vec![profile(token)];
        }
    });
    for algorithm in [ECDSA_P256_SHA256, P256_SHARE, RSA2048_OAEP_SHA256] {
        let make = |name| scene.token.clone().generate(algorithm, name, &mut SystemRandom).unwrap();
        let (key, other) = (make("key"), make("other"));
        let (old, new) = (number(&scene, &key), number(&scene, &other));
        assert_ne!(old, new);
        work(&key).unwrap();
        destroyed(token, "key");
        scene.say(&format!("renumber {old} {new}"));
        if careful {
            // Searched for each time: the number is not used at all.
        } else if algorithm == P256_SHARE {
            std::thread::sleep(BELIEVED);
        } else {
            // Within the moment it errs, and is not believed; after it, it is missed.
            let refused = work(&key).unwrap_err();
            let errs = [Error::SigningFailed, Error::DecapsulationFailed, Error::NotFound];
            assert!(errs.contains(&refused), "{algorithm}: {refused:?}");
            if algorithm == RSA2048_OAEP_SHA256 {
                std::thread::sleep(BELIEVED);
            }
        }
        assert_eq!(work(&key), Err(Error::NotFound), "{algorithm}");
        work(&other).unwrap();
        scene.say("reset");
        let _ = scene.token.clone().destroy(key);
        scene.token.clone().destroy(other).unwrap();
    }
}

fn renumbered_by_default(token: &Token) {
    renumbered(token, false);
}
on_both!(numbers, renumbered_by_default);

fn renumbered_with_a_profile(token: &Token) {
    renumbered(token, true);
}
on_both!(numbers_by_profile, renumbered_with_a_profile);

/// A profile of this very module that has keys searched for at each use.
fn profile(token: &Token) -> Profile {
    let (uri, modules, options) = arguments(token);
    let found = khoalai_hsm::tokens(&uri, &modules, &options).unwrap().remove(0);
    let hash: String = found.module_sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let (description, (major, minor)) = found.library;
    let text = format!(
        "[module]\nname = 'X'\nlibrary_description = '{description}'\nlibrary_version = '{major}.{minor}'\nsha256 = ['{hash}']\n[calls]\nsearch_each_time = true\n"
    );
    Profile::parse(&text).unwrap()
}
