//! PINs: no more tries are spent than have to be, whatever goes wrong.

use crate::on_both;
use crate::scene::{Scene, wait_until, work};
use crate::support::open::{arguments, pin};
use crate::support::secrets::keep;
use crate::support::tokens::{Token, USER_PIN};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use khoalai::{Error, *};
use khoalai_hsm::{EventKind, Keep, Limits, Pin, PinFor, PinSource, TriesLeft};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const WRONG: &str = "TEST-ONLY-wrong-12345";

/// A person who is asked, and what for.
#[derive(Clone, Default)]
struct Person {
    knows: Arc<Mutex<String>>,
    asked: Arc<Mutex<Vec<(PinFor, TriesLeft)>>>,
}

impl Person {
    fn new(pin: &str) -> Self {
        let person = Self::default();
        person.learns(pin);
        person
    }

    fn learns(&self, pin: &str) {
        keep(pin.as_bytes());
        *self.knows.lock().unwrap() = pin.into();
    }

    fn asked(&self) -> Vec<(PinFor, TriesLeft)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn source(&self, keep: Keep) -> PinSource {
        let me = self.clone();
        PinSource::ask(move |prompt| {
            me.asked.lock().unwrap().push((prompt.pin_for, prompt.tries_left));
            Some(Pin::new(me.knows.lock().unwrap().clone()).unwrap())
        })
        .keeping(keep)
    }
}

/// A PIN that the device refused is not tried again because another token was in the slot meanwhile.
fn another_token(token: &Token) {
    let scene = Scene::with(token, PinSource::given(Pin::new(WRONG.into()).unwrap()), |_| {});
    let refused = || scene.try_key(ECDSA_P256_SHA256).err();
    assert_eq!(refused(), Some(Error::PinRefused));
    let logins = scene.logins();
    scene.say("another");
    let (uri, modules, options) = arguments(token);
    let other = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap();
    assert_eq!(other.identity().serial, "TEST ONLY other");
    scene.say("reset");
    let wrong = PinSource::given(Pin::new(WRONG.into()).unwrap());
    let again = khoalai_hsm::Token::open(&uri, &modules, wrong, &options).unwrap();
    let refused = again.clone().generate(ECDSA_P256_SHA256, "again", &mut SystemRandom).err();
    assert_eq!(refused, Some(Error::PinRefused));
    assert_eq!(scene.logins(), logins, "a try was spent on it");
}
on_both!(swapped, another_token);

/// Eight threads at once.
fn eight(work: impl Fn() -> Result<()> + Sync) -> Vec<Result<()>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(&work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The PIN is changed by other means, and the login ends: eight threads spend one try.
fn changed_pin(token: &Token) {
    let person = Person::new(USER_PIN);
    let scene = Scene::with(token, person.source(Keep::InMemory), |_| {});
    let key = scene.key(ECDSA_P256_SHA256);
    assert_eq!(eight(|| work(&key)), [Ok(()); 8]);
    assert_eq!(scene.logins(), 1);

    let change = |from: &str, to: &str| {
        let module = cryptoki::context::Pkcs11::new(token.real()).unwrap();
        let session = module.open_rw_session(token.slot(&module)).unwrap();
        session.set_pin(&AuthPin::new(from.into()), &AuthPin::new(to.into())).unwrap();
    };
    change(USER_PIN, WRONG);
    scene.say("logout");
    // It takes a while, so that all come in time to share it.
    scene.say("on C_Login 0 1 hang 300");
    let outcomes = eight(|| work(&key));
    assert!(outcomes.iter().all(|outcome| *outcome == Err(Error::PinRefused)), "{outcomes:?}");
    assert_eq!(scene.logins(), 2, "one try");

    // Later ones neither: the person still knows the same.
    assert_eq!(eight(|| work(&key)), [Err(Error::PinRefused); 8]);
    assert_eq!(scene.logins(), 2);
    assert!(scene.happened(EventKind::PinWithheld) > 0);

    person.learns(WRONG);
    assert_eq!(eight(|| work(&key)), [Ok(()); 8]);
    assert_eq!(scene.logins(), 3);

    // What was right once is not forgotten to be refused, until somebody says so.
    change(WRONG, USER_PIN);
    person.learns(USER_PIN);
    scene.say("logout");
    assert_eq!(work(&key), Err(Error::PinRefused), "the old one, which was kept");
    assert_eq!(scene.logins(), 4);
    assert_eq!(work(&key), Err(Error::PinRefused));
    assert_eq!(scene.logins(), 4);
    scene.token.forget_refused_pins();
    work(&key).unwrap();
    assert_eq!(scene.logins(), 5);
    scene.has_objects(2);
}
on_both!(changed, changed_pin);

/// Three wrong tries lock the device, which tells how far it is.
fn counted_tries(token: &Token) {
    let person = Person::new("TEST-ONLY-wrong-1");
    let scene = Scene::with(token, person.source(Keep::No), |_| {});
    scene.say("tries 3");
    let make = || scene.try_key(ECDSA_P256_SHA256);
    for (pin, told, code) in [
        ("TEST-ONLY-wrong-1", TriesLeft::Untold, "PIN_FEW_TRIES"),
        ("TEST-ONLY-wrong-2", TriesLeft::Fewer, "PIN_LAST_TRY"),
        ("TEST-ONLY-wrong-3", TriesLeft::Last, "PIN_LOCKED"),
    ] {
        person.learns(pin);
        let error = make().err().unwrap();
        let expected = if code == "PIN_LOCKED" { Error::PinLocked } else { Error::PinRefused };
        assert_eq!(error, expected, "{pin}");
        assert_eq!(person.asked(), [(PinFor::User, told)]);
        assert!(scene.events.lock().unwrap().contains(&(EventKind::Login, Some(code))), "{code}");
    }
    assert_eq!(scene.logins(), 3);
    // Locked: not even the right one is asked for, let alone tried.
    person.learns(USER_PIN);
    assert_eq!(make().err().unwrap(), Error::PinLocked);
    assert_eq!((scene.logins(), person.asked().len()), (3, 0));
    scene.has_objects(0);
}
on_both!(tries, counted_tries);

/// Somebody else is logged in: whether our PIN is right, nobody knows.
fn already_inside(token: &Token) {
    let scene = Scene::with(token, Person::new(WRONG).source(Keep::No), |_| {});
    let module = cryptoki::context::Pkcs11::new(token.real()).unwrap();
    let session = module.open_ro_session(token.slot(&module)).unwrap();
    session.login(UserType::User, Some(&AuthPin::new(USER_PIN.into()))).unwrap();
    let key = scene.key(ECDSA_P256_SHA256);
    work(&key).unwrap();
    assert_eq!((scene.happened(EventKind::PinNotChecked), scene.happened(EventKind::Login)), (1, 0));
    // It was not refused either: when the other one leaves, it is tried.
    session.logout().unwrap();
    assert_eq!(work(&key), Err(Error::PinRefused));
    assert_eq!(scene.logins(), 2);
}
on_both!(inside, already_inside);

/// A key that wants a PIN each time: eight threads with a wrong one spend one try here as well.
fn each_time(token: &Token) {
    let person = Person::new(USER_PIN);
    let scene = Scene::with(token, person.source(Keep::InMemory), |_| {});
    let context = "TEST-ONLY-changed-999";
    scene.say("on CKA_0x202 0 1000 value 01");
    scene.say(&format!("context-pin {USER_PIN}"));
    let key = scene.key(ECDSA_P256_SHA256);
    assert_eq!(eight(|| work(&key)), [Ok(()); 8]);
    let before = scene.logins();
    assert!(before > 9, "one for the session, and one for each use");

    scene.say(&format!("context-pin {context}"));
    let outcomes = eight(|| work(&key));
    assert_eq!(outcomes, [Err(Error::PinRefused); 8]);
    assert_eq!(scene.logins(), before + 1, "one try");
    person.asked();
    assert_eq!(work(&key), Err(Error::PinRefused));
    assert_eq!(scene.logins(), before + 1);
    // What is kept is not what is answered for ever: the person was asked, and may know better.
    assert_eq!(person.asked(), [(PinFor::ContextSpecific, TriesLeft::Untold)]);
    person.learns(context);
    work(&key).unwrap();
    scene.has_objects(2);
}
on_both!(context, each_time);

/// Such a key tells the tries that are left too, and each of its logins is in the record, with its name.
fn tries_each_time(token: &Token) {
    let person = Person::new(USER_PIN);
    let scene = Scene::with(token, person.source(Keep::No), |_| {});
    scene.say("on CKA_0x202 0 1000 value 01");
    scene.say(&format!("context-pin {USER_PIN}"));
    let key = scene.key(ECDSA_P256_SHA256);
    scene.say("tries 3");
    person.asked();
    for (pin, told, code) in [
        ("TEST-ONLY-wrong-1", TriesLeft::Untold, "PIN_FEW_TRIES"),
        ("TEST-ONLY-wrong-2", TriesLeft::Fewer, "PIN_LAST_TRY"),
        ("TEST-ONLY-wrong-3", TriesLeft::Last, "PIN_LOCKED"),
    ] {
        person.learns(pin);
        let expected = if code == "PIN_LOCKED" { Error::PinLocked } else { Error::PinRefused };
        assert_eq!(work(&key).err(), Some(expected), "{pin}");
        assert_eq!(person.asked(), [(PinFor::ContextSpecific, told)]);
        for kind in [EventKind::Login, EventKind::Signed] {
            assert!(scene.events.lock().unwrap().contains(&(kind, Some(code))), "{kind:?} {code}");
        }
    }
    let about = Some(ECDSA_P256_SHA256.name().to_owned());
    let logins = scene.details.lock().unwrap();
    let mine = logins.iter().filter(|(kind, _, key)| *kind == EventKind::Login && *key == about);
    assert_eq!(mine.count(), 4, "one that was right, when the key was made");
    drop(logins);
    // Locked: nobody is asked any more.
    let logins = scene.logins();
    assert_eq!(work(&key), Err(Error::PinLocked));
    assert_eq!((scene.logins(), person.asked().len()), (logins, 0));
    scene.has_objects(2);
}
on_both!(context_tries, tries_each_time);

/// A question for the PIN that ends in a panic leaves the next one its turn.
fn panicking_question(token: &Token) {
    let calm = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&calm);
    let source = PinSource::ask(move |_| {
        assert!(asked.load(Ordering::Relaxed), "TEST ONLY: the question for the PIN ends here");
        Some(Pin::new(USER_PIN.into()).unwrap())
    });
    let scene = Scene::with(token, source, |_| {});
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scene.key(ECDSA_P256_SHA256)));
    assert!(died.is_err());
    calm.store(true, Ordering::Relaxed);
    work(&scene.key(ECDSA_P256_SHA256)).unwrap();
    assert_eq!(scene.logins(), 1);
    scene.has_objects(2);
}
on_both!(panic, panicking_question);

/// A login that hangs is not sent a second time while the first is out, and what it ends with counts.
fn hanging_login(token: &Token) {
    let person = Person::new(WRONG);
    let scene = Scene::with(token, person.source(Keep::InMemory), |options| {
        let time = Duration::from_millis(800);
        options.limits = Limits { sessions: 4, timeout: time, login_timeout: time, ..Limits::default() };
    });
    scene.say("on C_Login 0 1 hang 60000");
    assert_eq!(scene.try_key(ECDSA_P256_SHA256).err().unwrap(), Error::Timeout);
    assert_eq!(scene.try_key(ECDSA_P256_SHA256).err().unwrap(), Error::Timeout);
    assert_eq!(scene.logins(), 1, "it is still out");
    assert_eq!(scene.token.usage().1, 1, "stuck");
    scene.say("release");
    wait_until("the thread's end", || scene.token.usage().1 == 0);
    assert_eq!(scene.try_key(ECDSA_P256_SHA256).err().unwrap(), Error::PinRefused);
    assert_eq!(scene.logins(), 1, "it was refused, late");

    person.learns(USER_PIN);
    scene.say("on C_Login 0 1 hang 60000");
    assert_eq!(scene.try_key(ECDSA_P256_SHA256).err().unwrap(), Error::Timeout);
    scene.say("release");
    wait_until("the thread's end", || scene.token.usage().1 == 0);
    work(&scene.key(ECDSA_P256_SHA256)).unwrap();
    scene.has_objects(2);
}
on_both!(hanging, hanging_login);
