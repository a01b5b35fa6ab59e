//! Stores: where halves are made, and where it is remembered which key serves which hybrid.

use crate::algorithm;
use crate::boundary::{guard, required_text};
use crate::error::{Failure, Result};
use crate::handle::{self, Handle, held};
use crate::key::khoalai_key;
use crate::policy::{khoalai_policy, policy};
use core::ffi::{c_char, c_int, c_uint};
use khoalai::{Algorithm, Error, PrivateKey, Random};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A component key, wherever it is.
pub type ComponentKey = Box<dyn PrivateKey + Send + Sync>;

/// Where halves are made.
pub enum Store {
    Memory(Claims),
    #[cfg(feature = "hsm")]
    Token(khoalai_hsm::Token, khoalai_hsm::ComponentSecrets),
}

held!(khoalai_store, Store, b"Ksto");

impl Store {
    /// The memory of this process, if that is what it is.
    pub fn claims(&self) -> Result<&Claims> {
        match self {
            Self::Memory(claims) => Ok(claims),
            #[cfg(feature = "hsm")]
            Self::Token(..) => Err(Error::Unsupported.into()),
        }
    }
}

/// Which component keys became a half. Hashes of public keys, and nothing else.
#[derive(Default)]
pub struct Claims(Mutex<Vec<([u8; 32], Algorithm)>>);

impl Claims {
    fn all(&self) -> MutexGuard<'_, Vec<([u8; 32], Algorithm)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store in memory, as the library wants one: it may give out one key that is there already.
pub struct InMemory<'c>(pub &'c Claims, pub Option<ComponentKey>);

impl khoalai::Store for InMemory<'_> {
    type Key = ComponentKey;

    fn generate(
        &mut self,
        algorithm: Algorithm,
        _: &str,
        random: &mut dyn Random,
    ) -> khoalai::Result<ComponentKey> {
        match self.1.take() {
            Some(key) => Ok(key),
            None => Ok(Box::new(khoalai::generate(algorithm, random)?)),
        }
    }

    fn import(&mut self, algorithm: Algorithm, _: &str, private_key: &[u8]) -> khoalai::Result<ComponentKey> {
        Ok(Box::new(khoalai::import(algorithm, private_key)?))
    }

    fn open(&mut self, _: &str) -> khoalai::Result<ComponentKey> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, key: ComponentKey) -> khoalai::Result<()> {
        drop(key);
        Ok(())
    }

    fn claim(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> khoalai::Result<()> {
        let mut claims = self.0.all();
        if claims.iter().any(|(claimed, _)| claimed == fingerprint) {
            return Err(Error::KeyReused);
        }
        claims.push((*fingerprint, hybrid));
        Ok(())
    }

    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> khoalai::Result<bool> {
        Ok(self.0.all().contains(&(*fingerprint, hybrid)))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_store_new(store: *mut *mut khoalai_store) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let to = unsafe { handle::new(store) }?;
        Handle::give(Store::Memory(Claims::default()), to);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_store_generate_key(
    store: *mut khoalai_store,
    algorithm: c_uint,
    name: *const c_char,
    policy: *const khoalai_policy,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, store) = (unsafe { handle::new(key) }?, unsafe { Handle::get(store) }?);
        // SAFETY: as the header says.
        let (name, policy) = (unsafe { required_text(name) }?, unsafe { self::policy(policy) }?);
        let algorithm = algorithm::of(algorithm)?;
        match &*store {
            Store::Memory(_) => {
                let _ = (to, name, policy, algorithm);
                Err(Failure::from(Error::Unsupported))
            }
            #[cfg(feature = "hsm")]
            Store::Token(token, secrets) => {
                Handle::give(crate::token::generate_whole(token, *secrets, algorithm, name, policy)?, to);
                Ok(())
            }
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_store_free(store: *mut *mut khoalai_store) {
    // SAFETY: as the header says.
    unsafe { handle::free(store) }
}
