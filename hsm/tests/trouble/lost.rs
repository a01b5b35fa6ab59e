//! What is lost while keys are at work: logins, sessions, handles, the initialisation, the device.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::open::{arguments, pin};
use crate::support::tokens::{Kryoptic, Token};
use crate::token_test;
use khoalai::{Error, *};
use khoalai_hsm::{ComponentSecrets, EventKind, Uri};

/// `work` comes to a good end whatever happens in it, after `begin`.
fn restored(scene: &Scene<'_>, order: &str, what: &str, begin: impl Fn(), work: impl Fn() -> Result<()>) {
    // What happened too late for the one before is over.
    wait_until("good weather", || work().is_ok());
    begin();
    scene.say("trace");
    scene.say(order);
    let outcome = work();
    let trace = scene.control.trace();
    scene.say("reset");
    assert!(outcome == Ok(()), "{what}: {outcome:?}\n{}", trace.join("\n"));
}

/// What others do, before any one of the calls that an operation is made of.
fn at_every_call(token: &Token) {
    at_every_call_of(&Scene::new(token));
}
on_both!(calls, at_every_call);

/// The same where the caller's own thread makes the calls.
fn at_every_call_here(token: &Token) {
    at_every_call_of(&Scene::with(token, pin(), |options| options.limits.watched = Some(false)));
}
on_both!(calls_here, at_every_call_here);

fn at_every_call_of(scene: &Scene<'_>) {
    let keys = [P256_SHARE, ECDSA_P256_SHA256, RSA2048_OAEP_SHA256].map(|algorithm| scene.key(algorithm));
    for event in ["logout", "close-all", "finalize"] {
        for key in &keys {
            // Searched for, and found in a moment ago.
            for (calls, begin) in [(12, true), (5, false)] {
                for call in 0..calls {
                    let what = format!("{event} before call {call} of {}", key.algorithm());
                    let begin = || {
                        if begin {
                            scene.forget(key.algorithm(), key.name());
                        }
                    };
                    restored(scene, &format!("on * {call} 1 {event}"), &what, begin, || work(key));
                }
            }
        }
    }
    // Keys are made all the same, each once.
    for event in ["logout", "close-all", "finalize"] {
        for call in (0..24).step_by(3) {
            scene.say(&format!("on * {call} 1 {event}"));
            let made = scene.try_key(P384_SHARE);
            scene.say("reset");
            println!("{event} before call {call} of making: {:?}", made.as_ref().err());
            scene.token.clone().destroy(made.unwrap()).unwrap();
        }
    }
    scene.has_objects(6);
}

/// A login that is lost twice is not made a third time, and the ciphertext is not blamed for it.
fn lost_twice(token: &Token) {
    let scene = Scene::new(token);
    for algorithm in [P256_SHARE, ECDSA_P256_SHA256] {
        let key = scene.key(algorithm);
        let function = if algorithm == P256_SHARE { "C_DeriveKey" } else { "C_SignInit" };
        let logins = scene.logins();
        scene.say(&format!("on {function} 0 2 logout"));
        assert_eq!(work(&key), Err(Error::LoginRequired), "{algorithm}");
        assert_eq!(scene.logins(), logins + 1);
        work(&key).unwrap();
    }
    scene.has_objects(4);
}
on_both!(twice, lost_twice);

/// With a device that forgets its handles at a logout, as the standard says it may.
fn stale_handles(token: &Token) {
    let scene = Scene::new(token);
    let keys = [P256_SHARE, ECDSA_P256_SHA256].map(|algorithm| scene.key(algorithm));
    for key in &keys {
        for call in 0..10 {
            scene.say("stale");
            let what = format!("logout before call {call} of {}", key.algorithm());
            let begin = || {
                if call % 2 == 0 {
                    scene.forget(key.algorithm(), key.name());
                }
            };
            restored(&scene, &format!("on * {call} 1 logout"), &what, begin, || work(key));
        }
    }
    scene.has_objects(4);
}
on_both!(handles, stale_handles);

/// The device is gone for good at any one of the calls: one error, and no login is tried for it.
fn gone_at_every_call(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(P256_SHARE);
    for call in 0..8 {
        scene.say(&format!("on * {call} 1 remove"));
        let outcome = work(&key);
        println!("removed before call {call}: {outcome:?}");
        if scene.say("count C_OpenSession") > 0 && outcome.is_err() {
            assert_eq!(outcome, Err(Error::Absent), "{call}");
        }
        scene.say("reset");
        wait_until("the device", || work(&key).is_ok());
    }
    scene.has_objects(2);
}
on_both!(gone, gone_at_every_call);

/// The device goes between the two halves of one hybrid: no half of a secret is left.
fn between_halves(token: &Token) {
    let scene = Scene::new(token);
    let halves = |algorithm: Algorithm| {
        let random = &mut SystemRandom;
        let pq =
            Half::generate(algorithm, Side::PostQuantum, &mut Memory::<soft::MlKem768>::new(), "", random);
        let classical =
            Half::generate(algorithm, Side::Classical, &mut scene.token.clone(), algorithm.name(), random);
        Hybrid::new(algorithm, pq.unwrap(), classical.unwrap()).unwrap()
    };
    let key = halves(MLKEM768_P256);
    let before = token.objects();
    for function in ["C_FindObjectsInit", "C_DeriveKey", "C_GetAttributeValue", "C_DestroyObject"] {
        scene.forget(P256_SHARE, MLKEM768_P256.name());
        scene.say(&format!("on {function} 0 1 remove"));
        assert_eq!(work(&key), Err(Error::Absent), "{function}");
        scene.say("reset");
        wait_until("the device", || work(&key).is_ok());
    }
    scene.has_objects(before);
}
on_both!(halves, between_halves);

// The same with both halves in the token: it goes between them, and at every other call.
token_test!(whole, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    let scene = Scene::new(&token);
    let key = scene
        .token
        .generate_hybrid(MLKEM768_X25519, "x", ComponentSecrets::StayInside, &mut SystemRandom)
        .unwrap();
    let before = token.objects();
    for event in ["remove", "logout", "close-all", "finalize"] {
        // First as it is searched for, then as it was found a moment ago.
        for (call, searched) in (0..22).map(|call| (call, true)).chain((0..13).map(|call| (call, false))) {
            let (order, what) = (format!("on * {call} 1 {event}"), format!("{event} before call {call}"));
            let begin = || {
                if searched {
                    scene.forget(X25519_SHARE, "x.classical");
                }
            };
            if event != "remove" {
                restored(&scene, &order, &what, begin, || work(&key));
                continue;
            }
            begin();
            scene.say(&order);
            let outcome = work(&key);
            scene.say("reset");
            assert!(matches!(outcome, Ok(()) | Err(Error::Absent)), "{what}: {outcome:?}");
            wait_until("the device", || work(&key).is_ok());
        }
    }
    scene.has_objects(before);
});

/// A device with fewer sessions than it says.
fn few_sessions(token: &Token) {
    for (most, limit) in [(1, 1), (2, 16), (3, 16)] {
        let scene = Scene::with(token, pin(), |_| {});
        scene.say("close-all");
        scene.say(&format!("sessions {most}"));
        let key = scene.try_key(ECDSA_P256_SHA256).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| work(&key).unwrap()));
            }
        });
        assert!(scene.say("open") <= most, "{most} {limit}");
        scene.token.clone().destroy(key).unwrap();
        // With none at all, that is what callers are told.
        scene.say("close-all");
        scene.say("sessions 0");
        assert_eq!(scene.try_key(ECDSA_P256_SHA256).err(), Some(Error::Busy));
        scene.has_objects(0);
    }
}
on_both!(sessions, few_sessions);

/// A single session ends, the login does not: nobody is asked for a PIN again.
fn one_session_ends(token: &Token) {
    let once = khoalai_hsm::PinSource::given(
        khoalai_hsm::Pin::new(crate::support::tokens::USER_PIN.into()).unwrap(),
    );
    let scene = Scene::with(token, once, |_| {});
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("on C_SignInit 0 1 return 0xb3");
    work(&key).unwrap();
    assert_eq!((scene.logins(), scene.happened(EventKind::LoginLost)), (1, 0));
    // If the login is gone and there is no PIN any more, that is said.
    scene.say("close-all");
    let error = work(&key).unwrap_err();
    assert_eq!(error.class(), Class::Condition);
    assert!(scene.events.lock().unwrap().iter().any(|(_, code)| *code == Some("PIN_NOT_GIVEN")));
}
on_both!(single, one_session_ends);

/// Somebody logs out, and nobody notices before a key is destroyed, or keys are listed: what is not seen
/// is not taken for what is not there.
fn out_of_sight(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(P256_SHARE);
    scene.say("logout");
    assert_eq!(scene.token.list().unwrap().len(), 1);
    scene.say("logout");
    assert!(scene.token.key(P256_SHARE, &Uri::new()).is_ok());
    scene.say("logout");
    scene.token.clone().destroy(key).unwrap();
    scene.has_objects(0);
}
on_both!(unseen, out_of_sight);

/// A session that is lost in the middle of a claim, or of an import, does not make it somebody else's.
fn taken_up_again(token: &Token) {
    let scene = Scene::new(token);
    let opened = &mut scene.token.clone();
    for call in 0..8 {
        let key = scene.key(P256_SHARE);
        scene.say(&format!("on C_FindObjectsInit {call} 1 return 0xb3"));
        let half = Half::adopt(MLKEM768_P256, Side::Classical, opened, key, Adoption::LosesFreshness);
        scene.say("reset");
        assert_eq!(half.err(), None, "search {call} of a claim");
        let key = Store::open(opened, P256_SHARE.name()).unwrap();
        opened.destroy(key).unwrap();
    }
    for call in 0..12 {
        scene.say(&format!("on * {call} 1 close-all"));
        let key = Store::import(opened, ECDSA_P256_SHA256, "imported", &[7; 32]);
        scene.say("reset");
        opened.destroy(key.map_err(|error| format!("call {call}: {error}")).unwrap()).unwrap();
    }
    scene.has_objects(0);
}
on_both!(again, taken_up_again);

/// A name that was given to one of a key's two objects, and not to the other.
fn half_renamed(token: &Token) {
    let scene = Scene::new(token);
    let mut key = scene.key(P256_SHARE);
    // The session ends in between: it is done again, and once more by whoever asks again.
    for (name, times) in [("one", 1), ("two", 2)] {
        scene.say(&format!("on C_SetAttributeValue 1 {times} return 0xb3"));
        let renamed = scene.token.rename(&mut key, name);
        scene.say("reset");
        assert_eq!(renamed.is_ok(), times == 1, "{renamed:?}");
        scene.token.rename(&mut key, name).unwrap();
        assert_eq!(key.name(), name);
        work(&Store::open(&mut scene.token.clone(), name).unwrap()).unwrap();
    }
    scene.has_objects(2);
}
on_both!(renaming, half_renamed);

/// A token that nobody may write to is used, and says why no key is made in it.
fn write_protected(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(ECDSA_P256_SHA256);
    work(&key).unwrap();
    scene.say("on C_OpenSession 0 1 return 0xe2");
    let refused = scene.try_key(P256_SHARE).err().unwrap();
    assert_eq!(refused.class(), Class::Condition, "{refused:?}");
    scene.has_objects(2);
}
on_both!(protected, write_protected);

/// Somebody finalises the module before a token is opened in it.
fn opened_after(token: &Token) {
    let (uri, modules, options) = arguments(token);
    let open = || khoalai_hsm::Token::open(&uri, &modules, pin(), &options);
    open().unwrap();
    token.control().say("finalize");
    open().unwrap();
    // A module that says it has no slots has no token that is meant.
    token.control().say("on C_GetSlotList 0 1 return 0x30");
    assert_eq!(open().err().unwrap(), Error::DeviceFailed);
}
on_both!(opening, opened_after);

/// A forked child is refused, before anything of the device's is touched.
#[cfg(unix)]
fn forked(token: &Token) {
    let scene = Scene::with(token, pin(), |options| options.auditor = None);
    let key = scene.key(ECDSA_P256_SHA256);
    work(&key).unwrap();
    let (uri, modules, options) = arguments(token);
    // SAFETY: the child calls nothing but what is tested here, and ends at once.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let used = work(&key) == Err(Error::Forked);
        let opened = khoalai_hsm::Token::open(&uri, &modules, pin(), &options);
        let made = scene.try_key(P256_SHARE);
        let refused = opened.is_err_and(|error| error == Error::Forked) && made.err() == Some(Error::Forked);
        // SAFETY: nothing of this process is torn down here: it is the parent's.
        unsafe { libc::_exit(if used && refused { 0 } else { 1 }) };
    }
    assert!(child > 0);
    let mut status = 0;
    // SAFETY: our own child, and room for its status.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child was not refused");
    work(&key).unwrap();
    scene.has_objects(2);
}
#[cfg(unix)]
on_both!(fork, forked);
