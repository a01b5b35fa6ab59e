//! A token behind the misbehaving module, a key of each kind in it, and what software says of their work.

use crate::support::open::{arguments, pin};
use crate::support::secrets::keep;
use crate::support::tokens::Token;
use khoalai::*;
use khoalai_hsm::{EventKind, Limits, Options, PinSource, TokenKey};
use khoalai_misbehaving::Control;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What was told to the auditor: the event, and how it ended.
type Events = Arc<Mutex<Vec<(EventKind, Option<&'static str>)>>>;

/// The same with what of it, and about which key.
type Details = Arc<Mutex<Vec<(EventKind, Option<String>, Option<String>)>>>;

pub struct Scene<'t> {
    pub below: &'t Token,
    pub control: Control,
    pub token: khoalai_hsm::Token,
    pub events: Events,
    pub details: Details,
}

impl<'t> Scene<'t> {
    pub fn new(below: &'t Token) -> Self {
        Self::with(below, pin(), |_| {})
    }

    pub fn with(below: &'t Token, pin: PinSource, change: impl FnOnce(&mut Options)) -> Self {
        let events = Events::default();
        let (uri, modules, mut options) = arguments(below);
        let details = Details::default();
        let (record, more) = (Arc::clone(&events), Arc::clone(&details));
        options.auditor = Some(Arc::new(move |event: &khoalai_hsm::Event<'_>| {
            let about = event.key.map(|(name, _)| name.to_owned());
            more.lock().unwrap().push((event.kind, event.detail.map(ToOwned::to_owned), about));
            record.lock().unwrap().push((event.kind, event.error.map(khoalai_hsm::Error::code)));
        }));
        change(&mut options);
        let token = khoalai_hsm::Token::open(&uri, &modules, pin, &options).unwrap();
        Self { below, control: below.control(), token, events, details }
    }

    /// With calls that are waited for only so long.
    pub fn hasty(below: &'t Token, timeout: Duration) -> Self {
        Self::with(below, pin(), |options| {
            options.limits = Limits {
                timeout,
                generation_timeout: timeout,
                login_timeout: timeout,
                sessions: 4,
                watched: Some(true),
            };
        })
    }

    pub fn key(&self, algorithm: Algorithm) -> TokenKey {
        self.try_key(algorithm).unwrap()
    }

    pub fn try_key(&self, algorithm: Algorithm) -> Result<TokenKey> {
        self.token.clone().generate(algorithm, algorithm.name(), &mut SystemRandom)
    }

    /// Has every session forget under which handle the key was found, as after all that is written to the token.
    pub fn forget(&self, algorithm: Algorithm, name: &str) {
        let taken = self.token.clone().generate(algorithm, name, &mut SystemRandom).err();
        assert_eq!(taken, Some(Error::Malformed), "{name} is not taken");
        // Its session may be closed after it was answered: that call is none of those that come next.
        wait_until("no session is being closed", || {
            let closed = self.say("count C_CloseSession");
            std::thread::sleep(Duration::from_millis(10));
            self.say("count C_CloseSession") == closed
        });
    }

    pub fn say(&self, command: &str) -> u64 {
        self.control.say(command)
    }

    pub fn logins(&self) -> u64 {
        self.say("count C_Login")
    }

    /// How often this happened.
    pub fn happened(&self, kind: EventKind) -> usize {
        self.events.lock().unwrap().iter().filter(|(happened, _)| *happened == kind).count()
    }

    /// What was told of events of this kind.
    pub fn told(&self, kind: EventKind) -> Vec<String> {
        let details = self.details.lock().unwrap();
        details
            .iter()
            .filter(|(told, ..)| *told == kind)
            .filter_map(|(_, detail, _)| detail.clone())
            .collect()
    }

    /// Waits until it has happened.
    pub fn await_event(&self, kind: EventKind) {
        wait_until(&format!("{kind:?}"), || self.happened(kind) > 0);
    }

    /// The keys that were made are there, each in two objects, and nothing else but their claims.
    pub fn has_objects(&self, number: usize) {
        self.say("reset");
        assert_eq!(self.below.objects(), number, "objects in the token");
    }
}

pub fn wait_until(what: &str, done: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < until, "this never came: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Has a key do what it is for. What comes out is right, or there is an error and zeros.
pub fn work(key: &impl PrivateKey) -> Result<()> {
    if key.algorithm().secret_len() > 0 { open(key) } else { sign(key) }
}

fn public_of(key: &impl PrivateKey) -> Vec<u8> {
    let mut public = vec![0; key.algorithm().public_key_len()];
    let len = key.public_key(&mut public).unwrap().len();
    public.truncate(len);
    public
}

/// Those of the first uses, at least: each is looked for in all that the test prints.
fn not_to_be_printed(secret: &[u8]) {
    static KEPT: AtomicUsize = AtomicUsize::new(0);
    if KEPT.fetch_add(1, Ordering::Relaxed) < 16 {
        keep(secret);
    }
}

fn open(key: &impl PrivateKey) -> Result<()> {
    let (algorithm, random) = (key.algorithm(), &mut SystemRandom);
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let mut sent = vec![0; algorithm.secret_len()];
    algorithm.encapsulate(&public_of(key), random, &mut ciphertext, &mut sent).unwrap();
    not_to_be_printed(&sent);
    let mut got = vec![0xaa; algorithm.secret_len()];
    match key.decapsulate(&ciphertext, random, &mut got) {
        Ok(()) => assert!(got == sent, "{algorithm}: a wrong secret"),
        Err(error) => {
            assert!(got.iter().all(|byte| *byte == 0), "{algorithm}: {error} and not zeros");
            return Err(error);
        }
    }
    Ok(())
}

fn sign(key: &impl PrivateKey) -> Result<()> {
    let (algorithm, message) = (key.algorithm(), Input::Message(&[b"TEST ", b"ONLY"]));
    let mut out = vec![0xaa; algorithm.signature_len()];
    match key.sign(message, b"", Hedge::Preferred, &mut SystemRandom, &mut out) {
        Ok(signature) => {
            algorithm.verify(&public_of(key), message, b"", signature).unwrap();
            Ok(())
        }
        Err(error) => {
            assert!(out.iter().all(|byte| *byte == 0), "{algorithm}: {error} and not zeros");
            Err(error)
        }
    }
}

/// Opens what is no ciphertext of this key but looks like one, which only the device can find out.
pub fn nonsense(key: &TokenKey) -> Result<()> {
    let algorithm = key.algorithm();
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let random: &mut dyn Random = &mut SystemRandom;
    random.fill(&mut ciphertext[1..]).unwrap();
    let mut got = vec![0xaa; algorithm.secret_len()];
    let outcome = key.decapsulate(&ciphertext, random, &mut got);
    assert!(got.iter().all(|byte| *byte == 0), "not zeros");
    outcome
}
