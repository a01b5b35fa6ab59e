//! Key exchange, as every peer has to offer it.

use crate::result::{Op, Subject};
use harness::Work;
use std::hint::black_box;

/// Room for the longest public key, ciphertext or secret of all rows.
pub const ROOM: usize = 2048;

/// A key pair of one algorithm by one peer. Keys and ciphertexts are the standard's bytes.
pub trait Kem: Sized {
    const PEER: &'static str;
    /// Whether `load` works out something that encapsulating needs.
    const PREPARES: bool = true;
    /// Whether a key is for one ciphertext, as in TLS: made and used, it is one operation then.
    const ONCE: bool = false;
    /// A public key that was read.
    type Sender;

    /// A fresh key.
    fn generate() -> Self;
    /// Writes the public key and gives its length.
    fn public(&self, out: &mut [u8]) -> usize;
    fn load(public: &[u8]) -> Self::Sender;
    /// Writes ciphertext and secret and gives their lengths.
    fn encapsulate(sender: &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize);
    /// Writes the secret and gives its length.
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize;
    /// From the bytes of a public key, where there is a shorter way than loading it first.
    fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        Self::encapsulate(&Self::load(public), ciphertext, secret)
    }
}

fn public_of<K: Kem>(key: &K) -> Vec<u8> {
    let mut out = [0; ROOM];
    let len = key.public(&mut out);
    out[..len].to_vec()
}

fn sent(send: impl Fn(&mut [u8], &mut [u8]) -> (usize, usize)) -> (Vec<u8>, Vec<u8>) {
    let (mut ciphertext, mut secret) = ([0; ROOM], [0; ROOM]);
    let (ct, ss) = send(&mut ciphertext, &mut secret);
    (ciphertext[..ct].to_vec(), secret[..ss].to_vec())
}

fn opened<K: Kem>(key: &K, ciphertext: &[u8]) -> Vec<u8> {
    let mut secret = [0; ROOM];
    let len = key.decapsulate(ciphertext, &mut secret);
    secret[..len].to_vec()
}

/// What one makes, the other opens.
fn agree<Q: Kem, R: Kem>() {
    for loads in [true, false] {
        let receiver = R::generate();
        let public = public_of(&receiver);
        let (ciphertext, secret) = sent(|ct, ss| {
            if loads { Q::encapsulate(&Q::load(&public), ct, ss) } else { Q::encapsulate_to(&public, ct, ss) }
        });
        let same = !secret.is_empty() && opened(&receiver, &ciphertext) == secret;
        assert!(same, "{} and {} differ", Q::PEER, R::PEER);
    }
}

/// The operations of `K` in `row`, after it was seen to do what `Ours` does.
pub fn subjects<'a, Ours: Kem, K: Kem + 'a>(row: &'static str) -> Vec<Subject<'a>>
where
    K::Sender: 'a,
{
    agree::<Ours, K>();
    agree::<K, Ours>();
    alone::<K>(row)
}

/// The same for one whose algorithm is not quite the row's.
pub fn alone<'a, K: Kem + 'a>(row: &'static str) -> Vec<Subject<'a>>
where
    K::Sender: 'a,
{
    agree::<K, K>();
    let key = K::generate();
    let public = public_of(&key);
    let sender = K::load(&public);
    let (ciphertext, secret) = sent(|ct, ss| K::encapsulate_to(&public, ct, ss));
    let made = Work::new(|| {
        let mut out = [0; ROOM];
        black_box(K::generate().public(&mut out));
        black_box(&out);
    });
    let direct = Work::new(move || {
        let (mut ct, mut ss) = ([0; ROOM], [0; 128]);
        black_box(K::encapsulate_to(black_box(&public), &mut ct, &mut ss));
        black_box((&ct, &ss));
    });
    let loaded = Work::new(move || {
        let (mut ct, mut ss) = ([0; ROOM], [0; 128]);
        black_box(K::encapsulate(black_box(&sender), &mut ct, &mut ss));
        black_box((&ct, &ss));
    });
    let sent = ciphertext.clone();
    let open = Work::new(move || {
        let mut ss = [0; 128];
        let len = key.decapsulate(black_box(&ciphertext), &mut ss);
        assert!(ss[..len] == secret);
    });
    // Somebody else's ciphertext: ML-KEM takes as long to reject it, and X25519 does not know.
    let whole = Work::new(move || {
        let (mut out, mut ss) = ([0; ROOM], [0; 128]);
        let key = K::generate();
        black_box(key.public(&mut out));
        black_box(key.decapsulate(black_box(&sent), &mut ss));
        black_box((&out, &ss));
    });
    let mut all = vec![(Op::Generate, made), (Op::Encapsulate, direct)];
    all.push(if K::ONCE { (Op::Client, whole) } else { (Op::Decapsulate, open) });
    // What is used once has nothing that could be prepared.
    if K::PREPARES && !K::ONCE {
        all.push((Op::EncapsulatePrepared, loaded));
    }
    all.into_iter().map(|(op, work)| Subject { row, op, peer: K::PEER, work }).collect()
}
