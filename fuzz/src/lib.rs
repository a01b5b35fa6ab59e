//! What the fuzz targets share: how an input is cut into pieces, keys, and the run over a folder
//! of seeds that shows which rows they reach.

pub mod der;

use chacha20::ChaCha8Rng;
use khoalai::algorithm::Kind;
use khoalai::{
    Algorithm, BoxedKey, Error, ExportPrivateKey, Half, Hybrid, PrivateKey, Random, Result, Side, Store,
};
use rand_core::SeedableRng;
use std::collections::BTreeMap;
use std::path::Path;

/// What makes a target beside its body.
pub struct Target {
    /// Takes one input and says the name of what was accepted, or `None`. It panics at a finding.
    pub run: fn(&[u8]) -> Option<&'static str>,
    /// Valid inputs that the library makes by itself, one or more for each row, each with a name.
    pub seeds: fn() -> Vec<(String, Vec<u8>)>,
    /// The rows that must come up among what is accepted.
    pub rows: fn(Algorithm) -> bool,
}

/// Makes a fuzz target of a file's `run`, `seeds` and `rows`.
#[macro_export]
macro_rules! target {
    () => {
        const TARGET: $crate::Target = $crate::Target { run, seeds, rows };
        libfuzzer_sys::fuzz_target!(init: TARGET.prepare(), |data: &[u8]| {
            run(data);
        });
    };
}

impl Target {
    /// Beside fuzzing, a target writes its own seeds to the folder `KHOALAI_FUZZ_SEEDS`, or runs every
    /// file of the folder `KHOALAI_FUZZ_COUNT` once and prints what was accepted how often.
    pub fn prepare(&self) {
        if let Some(folder) = std::env::var_os("KHOALAI_FUZZ_SEEDS") {
            std::fs::create_dir_all(&folder).expect("the folder is made");
            for (name, bytes) in (self.seeds)() {
                let file = Path::new(&folder).join(format!("own-{name}"));
                std::fs::write(file, bytes).expect("a seed is written");
            }
            std::process::exit(0);
        }
        if let Some(folder) = std::env::var_os("KHOALAI_FUZZ_COUNT") {
            let rows = Algorithm::ALL.iter().filter(|row| (self.rows)(**row));
            let mut counts: BTreeMap<&str, u32> = rows.map(|row| (row.name(), 0)).collect();
            for file in std::fs::read_dir(folder).expect("the folder is there") {
                let bytes = std::fs::read(file.expect("a file").path()).expect("a seed is read");
                *counts.entry((self.run)(&bytes).unwrap_or("refused")).or_default() += 1;
            }
            counts.iter().for_each(|(name, count)| println!("{count:6} {name}"));
            std::process::exit(0);
        }
    }
}

/// The pieces of an input, taken one after the other. `None` where it is too short.
#[derive(Clone, Copy)]
pub struct Pieces<'a>(pub &'a [u8]);

impl<'a> Pieces<'a> {
    pub fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (piece, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(piece)
    }

    pub fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| *byte)
    }

    /// A piece whose length, up to 255, stands in front of it.
    pub fn short(&mut self) -> Option<&'a [u8]> {
        let len = self.byte()?;
        self.take(usize::from(len))
    }

    /// A piece whose length, in two bytes, the low one first, stands in front of it.
    pub fn long(&mut self) -> Option<&'a [u8]> {
        let len = u16::from_le_bytes(*self.array()?);
        self.take(usize::from(len))
    }

    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The row whose tag stands in front; of any other tag, the row that it falls on.
    pub fn row(&mut self, fits: impl Fn(Algorithm) -> bool) -> Option<Algorithm> {
        let given = *self.array()?;
        let fitting = || Algorithm::ALL.iter().copied().filter(|row| fits(*row));
        let at = usize::from(u16::from_le_bytes(given)) % fitting().count().max(1);
        fitting().find(|row| tag(row.name()) == given).or_else(|| fitting().nth(at))
    }
}

/// Two bytes that stand for a name: FNV-1a, folded. A corpus keeps its meaning when rows are added.
pub fn tag(name: &str) -> [u8; 2] {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_le_bytes();
    [a ^ c, b ^ d]
}

/// `piece` with its length in front, as [`Pieces::short`] reads it.
pub fn short(piece: &[u8]) -> Vec<u8> {
    let len = u8::try_from(piece.len()).expect("a short piece");
    [&[len], piece].concat()
}

/// `piece` with its length in front, as [`Pieces::long`] reads it.
pub fn long(piece: &[u8]) -> Vec<u8> {
    let len = u16::try_from(piece.len()).expect("a piece that is not so long");
    [&len.to_le_bytes()[..], piece].concat()
}

/// A generator: the same bytes for the same `seed`.
pub fn random(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A private key, wherever it comes from.
pub type AnyKey = Box<dyn PrivateKey + Send + Sync>;

/// A key of `row`: from its raw private key, or, where its keys are never whole, from two halves made
/// of the generator. `None` where software has no private keys of the row.
pub fn load(row: Algorithm, private: &[u8]) -> Option<AnyKey> {
    if row.private_key_len() > 0 {
        return khoalai::import(row, private).ok().map(|key| Box::new(key) as AnyKey);
    }
    row.halves()?;
    let mut random = random(tag(row.name()).map(u64::from).iter().sum());
    let pq = Half::generate(row, Side::PostQuantum, &mut Boxes, "", &mut random).ok()?;
    let classical = Half::generate(row, Side::Classical, &mut Boxes, "", &mut random).ok()?;
    Some(Box::new(Hybrid::new(row, pq, classical).expect("two halves of one hybrid")))
}

/// A fresh raw private key of `row`, which is empty where its keys are never whole.
pub fn private(row: Algorithm) -> Option<Vec<u8>> {
    if row.private_key_len() == 0 {
        return Some(Vec::new());
    }
    let key = khoalai::generate(row, &mut random(1)).ok()?;
    let mut raw = vec![0; row.private_key_len()];
    Some(key.expose_private_key(&mut raw).expect("a fresh key can be written").to_vec())
}

/// SLH-DSA, whose self-test signs, which takes seconds. Its public operations are quick enough.
pub fn is_slow_to_test(row: Algorithm) -> bool {
    row.name().starts_with("SLH-DSA-")
}

/// Also RSA, whose keys take seconds to make.
pub fn is_slow_to_make(row: Algorithm) -> bool {
    is_slow_to_test(row) || row.name().contains("RSA")
}

/// Every row of this kind of which software makes keys, with a raw private key and the key. Not the
/// slow ones: their seeds come from the vectors alone.
pub fn own_keys(fits: impl Fn(Algorithm) -> bool) -> impl Iterator<Item = (Algorithm, Vec<u8>, AnyKey)> {
    let rows = Algorithm::ALL.iter().copied().filter(move |row| fits(*row) && !is_slow_to_make(*row));
    rows.filter_map(|row| {
        let raw = private(row)?;
        let key = load(row, &raw)?;
        Some((row, raw, key))
    })
}

pub fn public(key: &dyn PrivateKey) -> Vec<u8> {
    let mut public = vec![0; key.algorithm().public_key_len()];
    key.public_key(&mut public).expect("a key in memory knows its public key").to_vec()
}

/// Whether the row is the first with its identifier, the one that decoders find.
pub fn is_found(row: Algorithm) -> bool {
    let identifier = row.row().identifier;
    identifier.is_some() && Algorithm::ALL.iter().find(|one| one.row().identifier == identifier) == Some(&row)
}

/// Whether keys of `row` exchange keys: KEMs and shares.
pub fn exchanges(row: Algorithm) -> bool {
    row.kind() != Kind::Signature
}

/// A ciphertext and its secret, by the row's own software.
pub fn encapsulate(row: Algorithm, public: &[u8], random: &mut dyn Random) -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut ciphertext, mut secret) = (vec![0; row.ciphertext_len()], vec![0; row.secret_len()]);
    let made = row.encapsulate(public, random, &mut ciphertext, &mut secret);
    if made.is_err() {
        assert!(secret.iter().all(|byte| *byte == 0), "{row}: a refusal leaves a secret behind");
    }
    made.map(|()| (ciphertext, secret))
}

/// Component keys of every kind; it remembers nothing.
struct Boxes;

impl Store for Boxes {
    type Key = BoxedKey;

    fn generate(&mut self, algorithm: Algorithm, _: &str, random: &mut dyn Random) -> Result<BoxedKey> {
        khoalai::generate(algorithm, random)
    }

    fn import(&mut self, algorithm: Algorithm, _: &str, private_key: &[u8]) -> Result<BoxedKey> {
        khoalai::import(algorithm, private_key)
    }

    fn open(&mut self, _: &str) -> Result<BoxedKey> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, _: BoxedKey) -> Result<()> {
        Ok(())
    }

    fn claim(&mut self, _: &[u8; 32], _: Algorithm) -> Result<()> {
        Ok(())
    }

    fn is_claimed(&mut self, _: &[u8; 32], _: Algorithm) -> Result<bool> {
        Ok(false)
    }
}
