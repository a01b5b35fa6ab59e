//! Cases of every suite, condensed: the same lines on every machine, with every implementation.
//!
//! Fifty of each. Where machines are emulated that takes minutes: built with `KHOALAI_CASES=2` it ends
//! earlier, with lines that are among the others. SLH-DSA signs too slowly for as many.

use crate::generator::Generator;
use crate::suites::{self, Visitor};
use core::fmt::Write;
use khoalai::algorithm::Kind;
use khoalai::limits::{MAX_CIPHERTEXT, MAX_HALF_SECRET, MAX_PRIVATE_KEY, MAX_PUBLIC_KEY, MAX_SIGNATURE};
use khoalai::soft::SoftwareKey;
use khoalai::{Algorithm, Error, Hedge, Input, Random, Result};
use machine::Out;
use sha2::{Digest, Sha256};

/// A line is printed after so many.
const MILESTONES: [usize; 3] = [1, 2, 50];
const CASES: usize = 50;

/// How many cases of a suite are run.
fn cases_of(algorithm: Algorithm) -> usize {
    let most = match option_env!("KHOALAI_CASES") {
        Some("1") => 1,
        Some("2") => 2,
        _ => CASES,
    };
    let name = algorithm.name();
    match (name.starts_with("SLH-DSA-"), name.ends_with('s')) {
        (true, true) => 1,
        (true, false) => most.min(2),
        (false, _) => most,
    }
}

pub(crate) fn run() -> Result<()> {
    if suites::SLOW_LEFT_OUT {
        let _ = writeln!(Out, "not run here: the small sets of SLH-DSA, which are too slow for it");
    }
    suites::each(&mut Cases)
}

struct Cases;

impl Visitor for Cases {
    fn visit<K: SoftwareKey>(&mut self, algorithm: Algorithm) -> Result<()> {
        let (mut hash, random) = (Sha256::new(), &mut Generator::new(algorithm.name()));
        for number in 0..cases_of(algorithm) {
            case::<K>(algorithm, number, random, &mut hash)?;
            if MILESTONES.contains(&(number + 1)) {
                print(algorithm, number + 1, hash.clone());
            }
        }
        Ok(())
    }
}

/// One line: the suite, the number of cases, and the SHA-256 of all that came out of them.
fn print(algorithm: Algorithm, cases: usize, hash: Sha256) {
    let _ = write!(Out, "cases            {:<28} {cases:>2} ", algorithm.name());
    hash.finalize().iter().for_each(|byte| {
        let _ = write!(Out, "{byte:02x}");
    });
    let _ = writeln!(Out);
}

/// A key, both of its parts, and one use of it.
fn case<K: SoftwareKey>(
    algorithm: Algorithm,
    number: usize,
    random: &mut Generator,
    hash: &mut Sha256,
) -> Result<()> {
    let key = K::generate(algorithm, random)?;
    let (mut public, mut private) = ([0; MAX_PUBLIC_KEY], [0; MAX_PRIVATE_KEY]);
    let public = key.public_key(&mut public)?;
    hash.update(public);
    hash.update(key.expose_private_key(&mut private)?);

    if algorithm.kind() == Kind::Signature {
        // Messages of every length up to 49, and a context where there can be one.
        let (mut message, mut signature) = ([0; CASES], [0; MAX_SIGNATURE]);
        random.fill(&mut message)?;
        let (message, _) = message.split_at_checked(number).ok_or(Error::Malformed)?;
        let (input, context) =
            (Input::Message(&[message]), if algorithm.is_classical() { b"" } else { message });
        let signature = key.sign(input, context, Hedge::Deterministic, random, &mut signature)?;
        algorithm.verify(public, input, context, signature)?;
        hash.update(signature);
    } else {
        let (mut ciphertext, mut sent, mut got) =
            ([0; MAX_CIPHERTEXT], [0; MAX_HALF_SECRET], [0; MAX_HALF_SECRET]);
        let room = |out, len| -> Result<&mut [u8]> { <[u8]>::get_mut(out, ..len).ok_or(Error::Malformed) };
        let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
        let sent = room(&mut sent, algorithm.secret_len())?;
        let got = room(&mut got, algorithm.secret_len())?;
        algorithm.encapsulate(public, random, ciphertext, sent)?;
        key.decapsulate(ciphertext, random, got)?;
        if sent != got {
            return Err(Error::SelfTestFailed);
        }
        hash.update(ciphertext);
        hash.update(got);
    }
    Ok(())
}
