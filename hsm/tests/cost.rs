//! What the pool of sessions costs: 1 to 8 threads with a session each, by a [`TokenKey`] and by the calls
//! themselves, in turns.
//!
//! A `TokenKey` verifies what it signs, so the calls are timed alone and with that verification, by the same
//! prepared key: the pool's own cost is what it takes beyond the same work. It is timed with kryoptic's profile, as
//! it comes, when the caller's thread makes the calls; and with somebody who waits (`Limits::watched`).
//!
//! `KHOALAI_COST` says how many operations each thread does in a turn; `scripts/hsm-cost` does enough of them to
//! compare. Nothing here fails for being slow.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop anywhere"
)]

mod support;

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use khoalai::{
    Algorithm, ECDSA_P256_SHA256, Hedge, Input, P256_SHARE, PrivateKey as _, Store as _, SystemRandom,
};
use khoalai_hsm::{Event, EventKind, TokenKey};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::alone::token_test;
use support::open::{arguments, pin, shipped};
use support::tokens::{Kryoptic, Token};

const MESSAGE: &[u8] = b"TEST ONLY";
const TURNS: usize = 15;

/// Operations of each thread in a turn.
fn operations() -> usize {
    std::env::var("KHOALAI_COST").map_or(3, |number| number.parse().unwrap())
}

/// How long something takes by the clock, and of the processors' time.
type Took = [Duration; 2];

/// The processors' time that this process has had, or this thread.
fn processor(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is room for a time.
    assert_eq!(unsafe { libc::clock_gettime(clock, &raw mut time) }, 0);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}
const PROCESS: libc::clockid_t = libc::CLOCK_PROCESS_CPUTIME_ID;

/// How long `count` threads take, each with what `start` gives it.
fn took<T: Send>(count: usize, start: impl Fn() -> T, work: impl Fn(&T) + Sync) -> Took {
    let each: Vec<T> = (0..count).map(|_| start()).collect();
    let (begin, before) = (Instant::now(), processor(PROCESS));
    std::thread::scope(|scope| {
        for own in each {
            let work = &work;
            scope.spawn(move || (0..operations()).for_each(|_| work(&own)));
        }
    });
    [begin.elapsed(), processor(PROCESS) - before]
}

/// The private key of this name, in a session of its own.
fn find(token: &Token, module: &Pkcs11, name: &str) -> (Session, ObjectHandle) {
    let session = module.open_ro_session(token.slot(module)).unwrap();
    let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(name.into())];
    let found = session.find_objects(&wanted).unwrap();
    assert_eq!(found.len(), 1);
    (session, found[0])
}

fn derived(session: &Session, key: ObjectHandle, point: &[u8]) -> Vec<u8> {
    let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(EcKdf::null(), point));
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::ValueLen(32.into()),
    ];
    let secret = session.derive_key(&mechanism, key, &template).unwrap();
    let read = session.get_attributes(secret, &[AttributeType::Value]).unwrap();
    session.destroy_object(secret).unwrap();
    match &read[..] {
        [Attribute::Value(value)] => value.clone(),
        other => panic!("{other:?}"),
    }
}

/// An ECDSA signature `r ‖ s` in DER, as the library has it.
fn der(signature: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let sign: &[u8] = if bytes[zeros] >= 0x80 { &[0] } else { &[] };
        let value = [sign, &bytes[zeros..]].concat();
        [&[2, u8::try_from(value.len()).unwrap()][..], &value].concat()
    };
    let both = [number(&signature[..32]), number(&signature[32..])].concat();
    [&[0x30, u8::try_from(both.len()).unwrap()][..], &both].concat()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// A way to do it: how it is called, and how long its threads take.
type Way<'w> = (&'w str, &'w dyn Fn() -> Took);

/// One line: the medians of the turns, in microseconds for each operation, and how much longer each way takes
/// than the last of the `base`, by the median of what it is in each turn; by the clock, of the processors' time, which
/// tells more on a busy machine, and of the least that it took of that.
fn compare(what: &str, count: usize, base: &[Way<'_>], pooled: &[Way<'_>]) {
    let ways: Vec<_> = base.iter().chain(pooled).collect();
    let mut times = vec![Vec::new(); ways.len()];
    for turn in 0..TURNS {
        // Each is the first now and then.
        for place in 0..ways.len() {
            let way = (place + turn) % ways.len();
            times[way].push(ways[way].1().map(|time| time.as_secs_f64()));
        }
    }
    let each = |seconds: f64| seconds * 1e6 / operations() as f64 / count as f64;
    let middle = |way: usize, of: usize| each(median(times[way].iter().map(|took| took[of]).collect()));
    let least =
        |way: usize| each(times[way].iter().map(|took: &[f64; 2]| took[1]).fold(f64::INFINITY, f64::min));
    let mut line = format!("cost: {what}, {count} threads:");
    for (way, (name, _)) in ways.iter().enumerate() {
        line += &format!(" {name} {:.1}/{:.1}/{:.1} us", middle(way, 0), middle(way, 1), least(way));
        if way >= base.len() {
            let longer = |of: usize| {
                let turns = times[way].iter().zip(&times[base.len() - 1]);
                (median(turns.map(|(ours, theirs)| ours[of] / theirs[of]).collect()) - 1.0) * 100.0
            };
            let least = (least(way) / least(base.len() - 1) - 1.0) * 100.0;
            line += &format!(" ({:+.1}/{:+.1}/{least:+.1} %)", longer(0), longer(1));
        }
        line += if way + 1 < ways.len() { ";" } else { "" };
    }
    println!("{line}");
}

/// One more line: calls and pool by turns of single operations in each thread, by the thread's own time, so that
/// whatever slows the machine down slows both. Only where the caller's thread makes the pool's calls.
fn by_turns<T: Send>(
    what: &str,
    count: usize,
    start: impl Fn() -> T,
    calls: impl Fn(&T) + Sync,
    pool: impl Fn() + Sync,
) {
    let each: Vec<T> = (0..count).map(|_| start()).collect();
    let time = |work: &dyn Fn()| {
        let before = processor(libc::CLOCK_THREAD_CPUTIME_ID);
        work();
        (processor(libc::CLOCK_THREAD_CPUTIME_ID) - before).as_secs_f64() * 1e6
    };
    let times = std::thread::scope(|scope| {
        let (calls, pool, time) = (&calls, &pool, &time);
        let threads: Vec<_> = each
            .into_iter()
            .map(|own| {
                scope.spawn(move || {
                    (0..TURNS * operations()).map(|_| [time(&|| calls(&own)), time(pool)]).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let [calls, pool] = [0, 1].map(|way| times.iter().map(|both| both[way]).collect::<Vec<_>>());
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let ([calls_mean, pool_mean], [calls, pool]) =
        ([mean(&calls), mean(&pool)], [median(calls), median(pool)]);
    let longer = |calls: f64, pool: f64| (pool / calls - 1.0) * 100.0;
    println!(
        "cost: {what}, {count} threads, one by one: median {calls:.1} us, pool {pool:.1} us ({:+.1} %); mean {calls_mean:.1} us, pool {pool_mean:.1} us ({:+.1} %)",
        longer(calls, pool),
        longer(calls_mean, pool_mean),
    );
}

/// A token that takes so many sessions of ours at once, beside the one that only keeps the login. With the shipped
/// profile: kryoptic's handles are remembered for keys that open as well, and nobody waits unless told to.
fn open(token: &Token, count: usize, watched: Option<bool>) -> khoalai_hsm::Token {
    let (uri, modules, mut options) = arguments(token);
    options.limits.sessions = count + 1;
    options.limits.watched = watched;
    options.profiles = vec![shipped(token)];
    let fits = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&fits);
    options.auditor = Some(Arc::new(move |event: &Event<'_>| {
        if event.kind == EventKind::Profile {
            told.store(event.error.is_none(), Ordering::Relaxed);
        }
    }));
    let opened = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap();
    assert!(fits.load(Ordering::Relaxed), "the shipped profile is not of this module");
    opened
}

fn agree(key: &TokenKey, point: &[u8], sent: &[u8; 32]) {
    let mut secret = [0; 32];
    key.decapsulate(point, &mut SystemRandom, &mut secret).unwrap();
    assert_eq!(secret, *sent);
}

fn sign(key: &TokenKey) {
    let (mut out, input) = ([0; 72], Input::Message(&[MESSAGE]));
    key.sign(input, b"", Hedge::Preferred, &mut SystemRandom, &mut out).unwrap();
}

/// The keys of the two ways, and a peer's share for each.
fn pool_and_calls(module: &Pkcs11, count: usize, shipped: &Token, watched: &Token) {
    let tokens = [open(shipped, count, None), open(watched, count, Some(true))];
    let keys = |algorithm: Algorithm| {
        tokens
            .clone()
            .map(|mut token| token.generate(algorithm, algorithm.name(), &mut SystemRandom).unwrap())
    };

    let shares = keys(P256_SHARE);
    let [ours, waited] = shares.each_ref().map(|key| {
        let mut public = vec![0; P256_SHARE.public_key_len()];
        let public = key.public_key(&mut public).unwrap();
        let (mut point, mut sent) = (vec![0; P256_SHARE.ciphertext_len()], [0; 32]);
        P256_SHARE.encapsulate(public, &mut SystemRandom, &mut point, &mut sent).unwrap();
        (key, point, sent)
    });
    let pooled = |(key, point, sent): &(&TokenKey, Vec<u8>, [u8; 32])| {
        took(count, || (), |()| agree(key, point, sent))
    };
    let calls = || {
        let start = || find(shipped, module, P256_SHARE.name());
        took(count, start, |(session, key)| assert_eq!(derived(session, *key, &ours.1), ours.2))
    };
    compare(
        "P-256 agree",
        count,
        &[("calls", &calls)],
        &[("pool", &|| pooled(&ours)), ("pool watched", &|| pooled(&waited))],
    );
    by_turns(
        "P-256 agree",
        count,
        || find(shipped, module, P256_SHARE.name()),
        |(session, key)| assert_eq!(derived(session, *key, &ours.1), ours.2),
        || agree(ours.0, &ours.1, &ours.2),
    );

    let signers = keys(ECDSA_P256_SHA256);
    let mut public = vec![0; ECDSA_P256_SHA256.public_key_len()];
    let public = signers[0].public_key(&mut public).unwrap();
    let verifier = ECDSA_P256_SHA256.row().software.prepare(ECDSA_P256_SHA256, public).unwrap();
    let signed = |session: &Session, key: ObjectHandle| {
        let signature = session.sign(&Mechanism::Ecdsa, key, &Sha256::digest(MESSAGE)).unwrap();
        assert_eq!(signature.len(), 64);
        signature
    };
    let verified = |session: &Session, key: ObjectHandle| {
        verifier.verify(Input::Message(&[MESSAGE]), b"", &der(&signed(session, key))).unwrap();
    };
    let calls = |verify: bool| {
        let start = || find(shipped, module, ECDSA_P256_SHA256.name());
        took(
            count,
            start,
            |(session, key)| {
                if verify { verified(session, *key) } else { drop(signed(session, *key)) }
            },
        )
    };
    let pooled = |key: &TokenKey| took(count, || (), |()| sign(key));
    compare(
        "ECDSA P-256 sign",
        count,
        &[("calls", &|| calls(false)), ("calls and verification", &|| calls(true))],
        &[("pool", &|| pooled(&signers[0])), ("pool watched", &|| pooled(&signers[1]))],
    );
    by_turns(
        "ECDSA P-256 sign",
        count,
        || find(shipped, module, ECDSA_P256_SHA256.name()),
        |(session, key)| verified(session, *key),
        || sign(&signers[0]),
    );
    assert!(tokens.iter().all(|token| token.usage().0 <= count + 1));
}

// A slot is used as whoever opened it first said: so there is a token for each number of sessions, and each way.
const TOKEN: Token = Token::kryoptic(Kryoptic::WHOLE);
token_test!(pool_and_calls_kryoptic, [TOKEN; 8], |tokens| {
    let module = tokens[0].load();
    for (count, pair) in [1, 2, 4, 8].into_iter().zip(tokens.chunks(2)) {
        pool_and_calls(&module, count, &pair[0], &pair[1]);
    }
});
