//! No private keys: what cannot be made need not be used.

use crate::error::{Error, Result};
use crate::input::Hedge;
use crate::random::Random;

/// There is none.
pub enum Loaded {}

impl Loaded {
    pub(super) fn make(_bits: usize, _random: &mut dyn Random) -> Result<Self> {
        Err(Error::DeviceOnly)
    }

    pub(super) fn read(_bits: usize, _der: &[u8]) -> Result<Self> {
        Err(Error::DeviceOnly)
    }

    pub(super) fn public(&self) -> &[u8] {
        match *self {}
    }

    pub(super) fn private(&self) -> &[u8] {
        match *self {}
    }

    pub(super) fn decapsulate(&self, _: &[u8], _: &mut dyn Random, _: &mut [u8]) -> Result<()> {
        match *self {}
    }

    #[allow(clippy::extra_unused_type_parameters, reason = "as the private keys have it")]
    pub(super) fn sign_pss<D>(&self, _: &[u8], _: Hedge, _: &mut dyn Random, _: &mut [u8]) -> Result<usize> {
        match *self {}
    }

    #[allow(clippy::extra_unused_type_parameters, reason = "as the private keys have it")]
    pub(super) fn sign_pkcs15<D>(
        &self,
        _: &[u8],
        _: Hedge,
        _: &mut dyn Random,
        _: &mut [u8],
    ) -> Result<usize> {
        match *self {}
    }
}
