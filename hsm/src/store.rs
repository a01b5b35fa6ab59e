//! A token as the library's store of component keys.

use crate::audit::EventKind;
use crate::claims::Fingerprint;
use crate::component::Component;
use crate::error::{Error, Result};
use crate::key::TokenKey;
use crate::token::Token;
use khoalai::{Algorithm, Random, Store};

/// A token as a store that keeps in mind what an error was in the token's own words, for which the
/// library's trait has no room ([`Token::telling`]).
pub struct Telling<'t> {
    token: &'t Token,
    said: Option<(khoalai::Error, Error)>,
}

impl core::fmt::Debug for Telling<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Telling").field("said", &self.said).finish_non_exhaustive()
    }
}

impl Token {
    /// Makes, opens or adopts a half in this token, as `work` says, and tells of an error whatever a token
    /// can tell: as a [`Store`] it has the library's errors alone.
    ///
    /// ```no_run
    /// # fn make(token: &khoalai_hsm::Token) -> khoalai_hsm::Result<()> {
    /// use khoalai::{Half, MLKEM768_P256, Side, SystemRandom};
    ///
    /// let half = token.telling(|store| {
    ///     Half::generate(MLKEM768_P256, Side::Classical, store, "server", &mut SystemRandom)
    /// })?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What `work` fails with.
    pub fn telling<T>(&self, work: impl FnOnce(&mut Telling<'_>) -> khoalai::Result<T>) -> Result<T> {
        let mut store = Telling { token: self, said: None };
        work(&mut store).map_err(|error| match store.said.take() {
            Some((short, whole)) if short == error => whole,
            _ => error.into(),
        })
    }
}

impl Telling<'_> {
    fn keep<T>(&mut self, outcome: Result<T>) -> khoalai::Result<T> {
        outcome.map_err(|error| {
            let short = error.brief();
            self.said = Some((short, error));
            short
        })
    }
}

impl Store for Telling<'_> {
    type Key = TokenKey;

    fn generate(
        &mut self,
        algorithm: Algorithm,
        name: &str,
        random: &mut dyn Random,
    ) -> khoalai::Result<TokenKey> {
        let component = Component::of(algorithm)?;
        self.keep(self.token.make(component, name, random))
    }

    fn import(&mut self, algorithm: Algorithm, name: &str, private_key: &[u8]) -> khoalai::Result<TokenKey> {
        let component = Component::of(algorithm)?;
        self.keep(self.token.take_in(component, name, private_key))
    }

    fn open(&mut self, name: &str) -> khoalai::Result<TokenKey> {
        self.keep(self.token.algorithm_of(name).and_then(|component| self.token.find(component, name)))
    }

    fn destroy(&mut self, key: TokenKey) -> khoalai::Result<()> {
        self.keep(self.token.destroy_key(&key))
    }

    fn claim(&mut self, fingerprint: &Fingerprint, hybrid: Algorithm) -> khoalai::Result<()> {
        self.keep(self.token.claim_half(fingerprint, hybrid.name()))
    }

    fn adopt(&mut self, key: &TokenKey, fingerprint: &Fingerprint, hybrid: Algorithm) -> khoalai::Result<()> {
        let outcome = self.token.claim_half(fingerprint, hybrid.name());
        key.note(EventKind::KeyAdopted, outcome.as_ref().err());
        self.keep(outcome)
    }

    fn is_claimed(&mut self, fingerprint: &Fingerprint, hybrid: Algorithm) -> khoalai::Result<bool> {
        let claimed = self.token.claimed_by(fingerprint);
        self.keep(claimed.map(|name| name.as_deref() == Some(hybrid.name())))
    }
}

/// Component keys that halves are made of. Names are those of the token's objects.
impl Store for Token {
    type Key = TokenKey;

    fn generate(
        &mut self,
        algorithm: Algorithm,
        name: &str,
        random: &mut dyn Random,
    ) -> khoalai::Result<TokenKey> {
        Ok(self.telling(|store| store.generate(algorithm, name, random))?)
    }

    fn import(&mut self, algorithm: Algorithm, name: &str, private_key: &[u8]) -> khoalai::Result<TokenKey> {
        Ok(self.telling(|store| store.import(algorithm, name, private_key))?)
    }

    fn open(&mut self, name: &str) -> khoalai::Result<TokenKey> {
        Ok(self.telling(|store| store.open(name))?)
    }

    fn destroy(&mut self, key: TokenKey) -> khoalai::Result<()> {
        Ok(self.telling(|store| store.destroy(key))?)
    }

    fn claim(&mut self, fingerprint: &Fingerprint, hybrid: Algorithm) -> khoalai::Result<()> {
        Ok(self.telling(|store| store.claim(fingerprint, hybrid))?)
    }

    fn adopt(&mut self, key: &TokenKey, fingerprint: &Fingerprint, hybrid: Algorithm) -> khoalai::Result<()> {
        Ok(self.telling(|store| store.adopt(key, fingerprint, hybrid))?)
    }

    fn is_claimed(&mut self, fingerprint: &Fingerprint, hybrid: Algorithm) -> khoalai::Result<bool> {
        Ok(self.telling(|store| store.is_claimed(fingerprint, hybrid))?)
    }
}
