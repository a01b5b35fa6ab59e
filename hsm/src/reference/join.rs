//! Two halves that were found or made become one key again.

use crate::claims::fingerprint;
use crate::error::Result;
use crate::key::TokenKey;
use crate::token::Token;
use crate::whole::{ComponentSecrets, TokenHybrid};
use alloc::sync::Arc;
use khoalai::algorithm::Kind;
use khoalai::{
    Algorithm, BoxedKey, Custody, ExportPrivateKey, Half, Hedge, Hybrid, Input, Place, PrivateKey, Random,
    Side, Store,
};
use zeroize::Zeroizing;

/// A half of a hybrid, wherever it is.
pub type HybridHalf = Box<dyn PrivateKey + Send + Sync>;

/// A hybrid key, wherever its halves are.
pub type HybridKey = Box<dyn PrivateKey + Send + Sync>;

/// A half that software holds while it is used.
pub(super) struct InMemory {
    key: BoxedKey,
    place: Place,
}

impl InMemory {
    pub(super) const fn new(key: BoxedKey, place: Place) -> Self {
        Self { key, place }
    }

    /// The raw private key.
    pub(super) fn expose(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut raw = Zeroizing::new(vec![0; self.key.algorithm().private_key_len()]);
        let len = self.key.expose_private_key(&mut raw)?.len();
        raw.truncate(len);
        Ok(raw)
    }

    pub(super) fn public(&self) -> Result<Vec<u8>> {
        public_of(&self.key)
    }
}

/// The public key of any key.
pub(super) fn public_of(key: &(impl PrivateKey + ?Sized)) -> Result<Vec<u8>> {
    let mut public = vec![0; key.algorithm().public_key_len()];
    let len = key.public_key(&mut public)?.len();
    public.truncate(len);
    Ok(public)
}

impl PrivateKey for InMemory {
    fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    fn custody(&self) -> Custody {
        let mut custody = Custody::component(self.algorithm(), self.place);
        custody.combined = Place::Memory;
        custody
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        self.key.public_key(out)
    }

    fn decapsulate(
        &self,
        ciphertext: &[u8],
        random: &mut dyn Random,
        secret: &mut [u8],
    ) -> khoalai::Result<()> {
        self.key.decapsulate(ciphertext, random, secret)
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> khoalai::Result<&'o [u8]> {
        self.key.sign(input, context, hedge, random, out)
    }
}

/// A half, and the token that remembers which hybrid it was made for: its own, or that of the other half.
pub(super) struct Found {
    key: HybridHalf,
    in_token: Option<Arc<TokenKey>>,
    pub(super) token: Token,
}

impl Found {
    /// One that lives in its token.
    pub(super) fn in_token(key: Arc<TokenKey>, token: Token) -> Self {
        Self { key: Box::new(Arc::clone(&key)), in_token: Some(key), token }
    }

    /// One that lives in memory while it is used.
    pub(super) fn in_memory(key: InMemory, token: Token) -> Self {
        Self { key: Box::new(key), in_token: None, token }
    }
}

/// Joins two halves, if both were made for this hybrid. Two halves of a KEM in one token are the token's
/// to combine, if it can; `secrets` says what may be done if it cannot.
pub(super) fn join(
    algorithm: Algorithm,
    pq: Found,
    classical: Found,
    secrets: ComponentSecrets,
) -> Result<HybridKey> {
    if algorithm.kind() == Kind::Kem
        && pq.key.device() == classical.key.device()
        && let (Some(pq), Some(classical)) = (&pq.in_token, &classical.in_token)
    {
        let whole = TokenHybrid::of(algorithm, Arc::clone(pq), Arc::clone(classical), secrets)?;
        return Ok(Box::new(whole));
    }
    let half = |found, side| Half::open(algorithm, side, &mut Once(Some(found), None), "");
    let (pq, classical) = (half(pq, Side::PostQuantum)?, half(classical, Side::Classical)?);
    Ok(Box::new(Hybrid::new(algorithm, pq, classical)?))
}

/// A store of one key, which is given out once.
struct Once(Option<Found>, Option<Token>);

impl Store for Once {
    type Key = HybridHalf;

    fn generate(&mut self, _: Algorithm, _: &str, _: &mut dyn Random) -> khoalai::Result<HybridHalf> {
        Err(khoalai::Error::Unsupported)
    }

    fn import(&mut self, _: Algorithm, _: &str, _: &[u8]) -> khoalai::Result<HybridHalf> {
        Err(khoalai::Error::Unsupported)
    }

    fn open(&mut self, _: &str) -> khoalai::Result<HybridHalf> {
        let found = self.0.take().ok_or(khoalai::Error::NotFound)?;
        self.1 = Some(found.token);
        Ok(found.key)
    }

    fn destroy(&mut self, _: HybridHalf) -> khoalai::Result<()> {
        Err(khoalai::Error::Unsupported)
    }

    fn claim(&mut self, _: &[u8; 32], _: Algorithm) -> khoalai::Result<()> {
        Err(khoalai::Error::Unsupported)
    }

    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> khoalai::Result<bool> {
        let token = self.1.as_ref().ok_or(khoalai::Error::NotFound)?;
        Ok(token.claimed_by(fingerprint)?.as_deref() == Some(hybrid.name()))
    }
}

/// The claim on a half that is not in `token`, which remembers it all the same.
pub(super) fn claim(token: &Token, public: &[u8], algorithm: Algorithm) -> Result<()> {
    token.claim_half(&fingerprint(public), algorithm.name())
}
