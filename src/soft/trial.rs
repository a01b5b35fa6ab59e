//! A key on trial: driven through its operations. Known answers and the check at generation are both this.

use crate::algorithm::{Algorithm, Kind};
use crate::bytes::{room, split};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::key::PrivateKey;
use crate::limits::{MAX_CIPHERTEXT, MAX_HALF_SECRET, MAX_LATTICE_SIGNATURE, MAX_PUBLIC_KEY, MAX_SIGNATURE};
use crate::random::Random;
use crate::secret::Secret;
#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
use crate::soft::hash::Running;
use crate::soft::hash::{Expander, sha3_256};
use subtle::ConstantTimeEq;

/// What the known-answer tests of signatures sign.
pub(crate) const MESSAGE: Input<'static> = Input::Message(&[MESSAGE_BYTES]);
const MESSAGE_BYTES: &[u8] = b"khoalai known answer";
const OTHER: Input<'static> = Input::Message(&[b"khoalai another answer"]);

/// A key type whose algorithm can be tried.
pub(crate) trait Trial: PrivateKey + Sized {
    /// Makes a key from what it draws, and does not try it.
    fn make(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self>;

    /// What the known-answer test of the algorithm gives, drawing from a fixed stream.
    fn answer(algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
        make_and_drive::<Self>(algorithm, random)
    }
}

/// What the known-answer test gives: every output of a key condensed.
pub(crate) fn known_answer<K: Trial>(algorithm: Algorithm) -> Result<[u8; 32]> {
    K::answer(algorithm, &mut Expander::new(algorithm.name().as_bytes()))
}

/// The same by way of an external μ.
#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
pub(crate) fn known_answer_by_mu<K: Trial>(algorithm: Algorithm) -> Result<[u8; 32]> {
    let random = &mut Expander::new(algorithm.name().as_bytes());
    let key = K::make(algorithm, random)?;
    let mu = with_public_key(&key, |_, public| {
        let (mut running, mut mu) = (Running::mu(public, b"", 0), [0; 64]);
        running.update(MESSAGE_BYTES);
        running.finish(&mut mu)?;
        Ok(mu)
    })?;
    let mut signature = [0; MAX_LATTICE_SIGNATURE];
    let signature = key.sign(Input::Mu(&mu), b"", Hedge::Deterministic, random, &mut signature)?;
    let (right, wrong) = (Input::Mu(&mu), Input::Mu(&[0; 64]));
    with_public_key(&key, |algorithm, public| verify(algorithm, public, right, wrong, signature))
}

/// The same of a signature over a message in two pieces.
#[cfg(all(feature = "accelerated", target_arch = "x86_64"))]
pub(crate) fn known_answer_in_pieces<K: Trial>(algorithm: Algorithm) -> Result<[u8; 32]> {
    let random = &mut Expander::new(algorithm.name().as_bytes());
    let (one, other) = split(MESSAGE_BYTES, 7)?;
    let key = K::make(algorithm, random)?;
    sign::<MAX_LATTICE_SIGNATURE>(&key, Input::Message(&[one, other]), random, Asked::All)
}

/// Whether a second answer is the first one.
#[cfg(any(
    all(feature = "pq-libcrux", feature = "pq-rustcrypto"),
    all(feature = "accelerated", target_arch = "x86_64")
))]
pub(crate) fn same(answer: Result<[u8; 32]>, expected: &[u8; 32]) -> Result<()> {
    if answer? == *expected { Ok(()) } else { Err(Error::SelfTestFailed) }
}

pub(crate) fn make_and_drive<K: Trial>(algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
    // Where it was made: `?` would move it, and large keys stand on the stack twice.
    match &K::make(algorithm, random) {
        Ok(key) => {
            let answer = drive(key, random)?;
            rejects(key, random)?;
            Ok(answer)
        }
        Err(error) => Err(*error),
    }
}

/// Whether a key answers what was not made for it with another secret, as ML-KEM and what holds one does
/// (FIPS 203 alg. 18 step 9). A mere share may also be refused: it is no share any more.
#[inline(never)]
fn rejects(key: &dyn PrivateKey, random: &mut dyn Random) -> Result<()> {
    if key.algorithm().kind() == Kind::Signature {
        return Ok(());
    }
    let mut sent = Sent::new();
    with_public_key(key, |algorithm, public| sent.send(algorithm, public, random))?;
    sent.ciphertext.iter_mut().take(1).for_each(|byte| *byte ^= 1);
    match sent.opens(key, random) {
        Ok(false) => Ok(()),
        Err(_) if key.algorithm().kind() == Kind::Share => Ok(()),
        _ => Err(Error::SelfTestFailed),
    }
}

/// TEST ONLY: a key that stands instead of one from the stream, where keys take long to make or this
/// build makes none, and its deterministic signature over [`MESSAGE`]. Anybody knows it.
#[derive(Clone, Copy)]
pub struct Fixed {
    pub(crate) public: &'static [u8],
    /// Empty in a build that holds no private keys of it.
    pub(crate) private: &'static [u8],
    /// Empty for key exchange.
    pub(crate) signature: &'static [u8],
}

impl Fixed {
    /// What can be tried without the private key. The answer is the same as [`drive`] gives with it.
    pub(crate) fn drive_public(self, algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
        algorithm.check_public_key(self.public)?;
        match algorithm.kind() {
            Kind::Signature => verify(algorithm, self.public, MESSAGE, OTHER, self.signature),
            Kind::Kem | Kind::Share => Sent::new().send(algorithm, self.public, random),
        }
    }
}

/// The pairwise check of a new key (FIPS 140-3 §7.10.3.3): what its public key makes, it must open
/// or have signed. A key that does not fit itself closes its algorithm. Whether a row without known answers
/// refuses what it should, nothing else has asked.
///
/// The stream is fixed: nothing of it is kept, so nothing has to be secret.
pub(crate) fn pairwise(key: &dyn PrivateKey) -> Result<()> {
    let gate = key.algorithm().row().gate;
    let asked = if gate.is_some() { Asked::ToFit } else { Asked::All };
    let holds = ask(key, &mut Expander::new(b"khoalai pairwise"), asked).is_ok();
    if holds && !cfg!(khoalai_fault = "pairwise") {
        return Ok(());
    }
    if let Some(gate) = gate {
        gate.fail();
    }
    Err(Error::SelfTestFailed)
}

/// What is asked of a key.
#[derive(Clone, Copy)]
enum Asked {
    /// To fit itself.
    ToFit,
    /// That, and to refuse what is not its own; and its outputs, condensed.
    All,
}

/// A key's answer to everything.
pub(crate) fn drive(key: &dyn PrivateKey, random: &mut dyn Random) -> Result<[u8; 32]> {
    ask(key, random, Asked::All)
}

/// Every operation in a frame of its own, one after the other where that can be: none pays for the
/// buffers of another, and before the first use of a key a chip needs little more stack than later.
fn ask(key: &dyn PrivateKey, random: &mut dyn Random, asked: Asked) -> Result<[u8; 32]> {
    let algorithm = key.algorithm();
    match algorithm.kind() {
        Kind::Signature if algorithm.signature_len() > MAX_LATTICE_SIGNATURE => {
            sign::<MAX_SIGNATURE>(key, MESSAGE, random, asked)
        }
        Kind::Signature => sign::<MAX_LATTICE_SIGNATURE>(key, MESSAGE, random, asked),
        Kind::Kem | Kind::Share => exchange(key, random, asked),
    }
}

#[inline(never)]
fn sign<const ROOM: usize>(
    key: &dyn PrivateKey,
    input: Input<'_>,
    random: &mut dyn Random,
    asked: Asked,
) -> Result<[u8; 32]> {
    let mut signature = [0; ROOM];
    let signature = key.sign(input, b"", Hedge::Deterministic, random, &mut signature)?;
    with_public_key(key, |algorithm, public| match asked {
        Asked::ToFit => algorithm.verify(public, input, b"", signature).map(|()| [0; 32]),
        Asked::All => verify(algorithm, public, input, OTHER, signature),
    })
}

#[inline(never)]
fn exchange(key: &dyn PrivateKey, random: &mut dyn Random, asked: Asked) -> Result<[u8; 32]> {
    let mut sent = Sent::new();
    let answer = with_public_key(key, |algorithm, public| match asked {
        Asked::ToFit => sent.fill(algorithm, public, random).map(|()| [0; 32]),
        Asked::All => sent.send(algorithm, public, random),
    })?;
    if sent.opens(key, random)? { Ok(answer) } else { Err(Error::SelfTestFailed) }
}

/// Shows `look` the public key, after the check that every public key gets.
#[inline(never)]
fn with_public_key<T>(key: &dyn PrivateKey, look: impl FnOnce(Algorithm, &[u8]) -> Result<T>) -> Result<T> {
    let algorithm = key.algorithm();
    let mut public = [0; MAX_PUBLIC_KEY];
    let len = algorithm.ask_public_key(&mut public, |public| key.public_key(public))?;
    let (public, _) = split(&public, len)?;
    algorithm.check_public_key(public)?;
    look(algorithm, public)
}

/// Whether a signature is one of `right` and not of `wrong`.
fn verify(
    algorithm: Algorithm,
    public: &[u8],
    right: Input<'_>,
    wrong: Input<'_>,
    signature: &[u8],
) -> Result<[u8; 32]> {
    algorithm.verify(public, right, b"", signature)?;
    if algorithm.verify(public, wrong, b"", signature) != Err(Error::VerificationFailed) {
        return Err(Error::SelfTestFailed);
    }
    let mut answer = [0; 32];
    sha3_256(&[public, signature], &mut answer);
    Ok(answer)
}

/// A ciphertext and its shared secret, of some algorithm.
pub(crate) struct Sent {
    ciphertext: [u8; MAX_CIPHERTEXT],
    secret: Secret<MAX_HALF_SECRET>,
}

impl Sent {
    pub(crate) const fn new() -> Self {
        Self { ciphertext: [0; MAX_CIPHERTEXT], secret: Secret::zero() }
    }

    /// Encapsulates.
    #[inline(never)]
    fn fill(&mut self, algorithm: Algorithm, public: &[u8], random: &mut dyn Random) -> Result<()> {
        let ciphertext = room(&mut self.ciphertext, algorithm.ciphertext_len())?;
        let secret = room(self.secret.expose_mut(), algorithm.secret_len())?;
        algorithm.encapsulate(public, random, ciphertext, secret)
    }

    /// Encapsulates, and condenses what came of it.
    #[inline(never)]
    pub(crate) fn send(
        &mut self,
        algorithm: Algorithm,
        public: &[u8],
        random: &mut dyn Random,
    ) -> Result<[u8; 32]> {
        self.fill(algorithm, public, random)?;
        let (ciphertext, _) = split(&self.ciphertext, algorithm.ciphertext_len())?;
        let (secret, _) = split(self.secret.expose(), algorithm.secret_len())?;
        let mut answer = [0; 32];
        sha3_256(&[public, ciphertext, secret], &mut answer);
        Ok(answer)
    }

    /// Whether `key` finds the same secret in the ciphertext.
    #[inline(never)]
    fn opens(&self, key: &dyn PrivateKey, random: &mut dyn Random) -> Result<bool> {
        let algorithm = key.algorithm();
        let (ciphertext, _) = split(&self.ciphertext, algorithm.ciphertext_len())?;
        let (sent, _) = split(self.secret.expose(), algorithm.secret_len())?;
        let mut got = Secret::<MAX_HALF_SECRET>::zero();
        let got = room(got.expose_mut(), sent.len())?;
        key.decapsulate(ciphertext, random, got)?;
        Ok(got.ct_eq(sent).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Custody;
    use crate::soft::{EcdsaP256, Key, MlKem768};

    /// Answers with one key, and shows the public key of the other.
    struct Mixed<K>(K, K);

    impl<K: PrivateKey> PrivateKey for Mixed<K> {
        fn algorithm(&self) -> Algorithm {
            self.0.algorithm()
        }
        fn custody(&self) -> Custody {
            self.0.custody()
        }
        fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
            self.1.public_key(out)
        }
        fn decapsulate(&self, ciphertext: &[u8], random: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
            self.0.decapsulate(ciphertext, random, secret)
        }
        fn sign<'o>(
            &self,
            input: Input<'_>,
            context: &[u8],
            hedge: Hedge,
            random: &mut dyn Random,
            out: &'o mut [u8],
        ) -> Result<&'o [u8]> {
            self.0.sign(input, context, hedge, random, out)
        }
    }

    fn fits<K: Trial>(name: &str) {
        let algorithm = Algorithm::named(name).unwrap();
        let key = |stream| K::make(algorithm, &mut Expander::new(stream)).unwrap();
        for asked in [Asked::ToFit, Asked::All] {
            let random = &mut Expander::new(b"");
            assert!(ask(&Mixed(key(b"one"), key(b"one")), random, asked).is_ok(), "{algorithm}");
            assert!(ask(&Mixed(key(b"one"), key(b"other")), random, asked).is_err(), "{algorithm}");
        }
    }

    #[test]
    fn a_key_fits_itself_alone() {
        fits::<Key<MlKem768>>("ML-KEM-768");
        fits::<Key<EcdsaP256>>("ECDSA-P256-SHA256");
    }
}
