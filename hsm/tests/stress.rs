//! Eight threads at work on one token for a long time, in good weather and in bad.
//!
//! `KHOALAI_STRESS` says how many operations each thread does; `scripts/stress` does it in full.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::panic_in_result_fn,
    clippy::unwrap_in_result,
    unreachable_pub,
    missing_docs,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::{Error, *};
use khoalai_hsm::TokenKey;
use khoalai_misbehaving::Control;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::alone::token_test;
use support::open::{arguments, pin};
use support::tokens::{Kryoptic, Token};

const THREADS: u64 = 8;
const SESSIONS: usize = 8;
/// How often each of the things happens that others do.
const EVENTS: u64 = 100;

/// Operations of each thread.
fn operations() -> u64 {
    std::env::var("KHOALAI_STRESS").map_or(200, |number| number.parse().unwrap())
}

/// xorshift64: which operation comes when. Nothing secret.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn place(&mut self, len: usize) -> usize {
        usize::try_from(self.roll(u64::try_from(len).unwrap())).unwrap()
    }

    fn pick<'k>(&mut self, known: &'k [Known]) -> &'k Known {
        &known[self.place(known.len())]
    }
}

/// A key, and its public key as it was when it was made.
struct Known {
    key: TokenKey,
    public: Vec<u8>,
}

impl Known {
    fn new(key: TokenKey) -> Self {
        let mut public = vec![0; key.algorithm().public_key_len()];
        let len = key.public_key(&mut public).unwrap().len();
        public.truncate(len);
        Self { key, public }
    }

    fn open(&self) -> Result<()> {
        let (algorithm, random) = (self.key.algorithm(), &mut SystemRandom);
        let (mut ciphertext, mut sent) =
            (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);
        algorithm.encapsulate(&self.public, random, &mut ciphertext, &mut sent).unwrap();
        let mut got = vec![0xaa; sent.len()];
        let outcome = self.key.decapsulate(&ciphertext, random, &mut got);
        let expected = if outcome.is_ok() { sent } else { vec![0; sent.len()] };
        assert!(got == expected, "{algorithm}: a wrong secret");
        outcome
    }

    fn sign(&self) -> Result<()> {
        let (algorithm, message) = (self.key.algorithm(), Input::Message(&[b"TEST ONLY"]));
        let mut out = vec![0xaa; algorithm.signature_len()];
        let len = self.key.sign(message, b"", Hedge::Preferred, &mut SystemRandom, &mut out).map(<[u8]>::len);
        match len {
            Ok(len) => algorithm.verify(&self.public, message, b"", &out[..len]).unwrap(),
            Err(_) => assert!(out.iter().all(|byte| *byte == 0), "{algorithm}: not zeros"),
        }
        len.map(drop)
    }

    fn public_key(&self) -> Result<()> {
        let mut out = vec![0; self.public.len()];
        assert!(self.key.public_key(&mut out)? == self.public);
        Ok(())
    }

    /// Input of many kinds that is no good. Only the device finds out of some of it.
    fn bad_input(&self, dice: &mut Dice) -> Result<()> {
        let algorithm = self.key.algorithm();
        let random: &mut dyn Random = &mut SystemRandom;
        let mut got = vec![0xaa; algorithm.secret_len()];
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let (outcome, expected) = match dice.roll(3) {
            0 => {
                ciphertext.push(0);
                (self.key.decapsulate(&ciphertext, random, &mut got), Error::Malformed)
            }
            1 => {
                let mut out = vec![0; algorithm.signature_len()];
                let refused = self.key.sign(Input::Prehash(b"x"), b"", Hedge::Preferred, random, &mut out);
                got.fill(0);
                (refused.map(drop), Error::Unsupported)
            }
            _ => {
                random.fill(&mut ciphertext[1..]).unwrap();
                (self.key.decapsulate(&ciphertext, random, &mut got), Error::DecapsulationFailed)
            }
        };
        assert!(got.iter().all(|byte| *byte == 0), "not zeros");
        match outcome {
            Err(error) if error == expected => Ok(()),
            Err(error) => Err(error),
            Ok(()) => panic!("{algorithm}: nonsense was opened"),
        }
    }
}

/// The keys of one token that all threads use.
struct Keys {
    open: Vec<Known>,
    sign: Vec<Known>,
    /// Opens ciphertexts of RSA, of which only the device can tell that they are bad.
    bad: Known,
}

impl Keys {
    fn new(token: &khoalai_hsm::Token, with_pq: bool) -> Self {
        let key = |algorithm: Algorithm| {
            Known::new(token.clone().generate(algorithm, algorithm.name(), &mut SystemRandom).unwrap())
        };
        let (mut open, mut sign) = (vec![key(P256_SHARE)], vec![key(ECDSA_P256_SHA256)]);
        if with_pq {
            open.push(key(ML_KEM_768));
            sign.push(key(ML_DSA_44));
        }
        Self { open, sign, bad: key(RSA2048_OAEP_SHA256) }
    }

    fn objects(&self) -> usize {
        2 * (self.open.len() + self.sign.len() + 1)
    }
}

/// What happened to how many operations.
type Count = Mutex<BTreeMap<&'static str, u64>>;

/// One operation, of the kinds and in the shares of the mix.
fn operation(keys: &Keys, token: &khoalai_hsm::Token, dice: &mut Dice, name: &str) -> Result<()> {
    match dice.roll(100) {
        0..40 => dice.pick(&keys.open).open(),
        40..80 => dice.pick(&keys.sign).sign(),
        80..90 => dice.pick(&keys.open).public_key(),
        90..95 => {
            let key = token.clone().generate(ECDSA_P256_SHA256, name, &mut SystemRandom)?;
            token.clone().destroy(key)
        }
        _ => keys.bad.bad_input(dice),
    }
}

/// Works until all operations have come to a good end. Whatever is `expected` is only counted, and the
/// operation done again.
fn work(
    keys: &Keys,
    token: &khoalai_hsm::Token,
    seed: u64,
    expected: &[Error],
    (count, done): (&Count, &AtomicU64),
) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for number in 0..operations() {
        let (until, mut tries) = (Instant::now() + Duration::from_secs(40), 0);
        loop {
            let again = Dice(dice.0);
            // A name of its own each time: what was cut off in between may have left its key.
            let name = format!("{seed}-{number}-{tries}");
            tries += 1;
            let Err(error) = operation(keys, token, &mut dice, &name) else { break };
            assert!(expected.contains(&error), "operation {number}: {error:?}");
            assert!(Instant::now() < until, "operation {number} does not recover from {error:?}");
            *count.lock().unwrap().entry(error.code()).or_default() += 1;
            dice = again;
            std::thread::sleep(Duration::from_millis(5));
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
}

fn open(token: &Token) -> khoalai_hsm::Token {
    let (uri, modules, mut options) = arguments(token);
    options.limits.sessions = SESSIONS;
    // What nobody expects is told in full.
    options.auditor = Some(Arc::new(|event: &khoalai_hsm::Event<'_>| {
        let error = event.error.filter(|error| error.detail().is_some());
        if error.is_some() {
            println!("{}", event.to_json());
        }
    }));
    khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap()
}

/// Has eight threads work, while `weather` is made.
fn eight(
    keys: &Keys,
    opened: &khoalai_hsm::Token,
    expected: &[Error],
    weather: impl FnOnce(&AtomicU64, &AtomicBool) + Send,
) -> Count {
    let (count, done, over) = (Count::default(), AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let sky = scope.spawn(|| weather(&done, &over));
        let threads: Vec<_> = (1..=THREADS)
            .map(|seed| {
                let about = (&count, &done);
                scope.spawn(move || work(keys, opened, seed, expected, about))
            })
            .collect();
        let ended: Vec<_> = threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        over.store(true, Ordering::Relaxed);
        sky.join().unwrap();
        ended.into_iter().for_each(|end| end.unwrap());
    });
    count
}

fn calm(token: &Token) {
    let start = Instant::now();
    let opened = open(token);
    let keys = Keys::new(&opened, token.kind != support::tokens::Module::SoftHsm);
    let count = eight(&keys, &opened, &[], |_, _| {});
    assert!(count.lock().unwrap().is_empty());
    let (most, stuck) = opened.usage();
    assert!(most <= SESSIONS && stuck == 0, "{most} sessions, {stuck} stuck");
    assert_eq!(token.objects(), keys.objects(), "objects after as before");
    println!(
        "{:?}: {THREADS} x {} operations in {:.1} s, at most {most} sessions",
        token.kind,
        operations(),
        start.elapsed().as_secs_f32()
    );
}

/// What operations may say while a device is in trouble that others make.
const TROUBLE: [Error; 5] =
    [Error::Absent, Error::LoginRequired, Error::Busy, Error::NotFound, Error::DeviceFailed];

/// Each event at random points of the whole work.
fn storm(token: &Token) {
    let start = Instant::now();
    let opened = open(token);
    let keys = Keys::new(&opened, token.kind != support::tokens::Module::SoftHsm);
    let control: Control = token.control();
    let events: Vec<_> = ["logout", "close-all", "finalize", "remove"]
        .into_iter()
        .flat_map(|event| (0..EVENTS.min(operations() / 20)).map(move |_| event))
        .collect();
    let logins = control.say("count C_Login");
    let happened = events.len();
    let count = eight(&keys, &opened, &TROUBLE, |done, over| {
        let mut dice = Dice(0x1234_5678_9abc_def1);
        let all = THREADS * operations();
        let mut events = events.clone();
        // At random points, and not at the very end: the last operation would have to bear what is left.
        let mut points: Vec<_> = events.iter().map(|_| dice.roll(all - all / 50)).collect();
        points.sort_unstable();
        for point in points {
            while done.load(Ordering::Relaxed) < point && !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
            let event = events.swap_remove(dice.place(events.len()));
            if event == "remove" {
                control.say("remove");
                std::thread::sleep(Duration::from_millis(dice.roll(50)));
                control.say("insert");
            } else {
                control.say(&format!("on * {} 1 {event}", dice.roll(20)));
            }
        }
    });
    control.say("reset");
    let (most, stuck) = opened.usage();
    assert!(most <= SESSIONS && stuck == 0, "{most} sessions, {stuck} stuck");
    [&keys.open, &keys.sign].into_iter().flatten().for_each(|known| known.public_key().unwrap());
    keys.open.iter().for_each(|known| known.open().unwrap());
    keys.sign.iter().for_each(|known| known.sign().unwrap());
    println!(
        "{:?}: {THREADS} x {} operations in {:.1} s with {happened} events: {:?}; {} logins, at most {most} sessions",
        token.kind,
        operations(),
        start.elapsed().as_secs_f32(),
        count.lock().unwrap(),
        control.say("count C_Login") - logins,
    );
    // Of keys that were being made or destroyed when something happened, parts may be left; none is lost.
    let left = token.objects();
    assert!(left >= keys.objects() && left <= keys.objects() + 2 * happened, "{left} objects");
}

token_test!(calm_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| calm(&token));
token_test!(calm_nss, [Token::nss()], |[token]| calm(&token));
token_test!(calm_softhsm, [Token::softhsm()], |[token]| calm(&token));
token_test!(storm_kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| storm(&token));
token_test!(storm_nss, [Token::nss().misbehaving()], |[token]| storm(&token));
token_test!(storm_softhsm, [Token::softhsm().misbehaving()], |[token]| storm(&token));
