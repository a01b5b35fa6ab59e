//! Making software keys when the algorithm is known only at run time.

use crate::algorithm::Algorithm;
use crate::burn::Burn;
use crate::error::Result;
use crate::key::{Custody, ExportPrivateKey};
use crate::random::Random;
use crate::soft::{PrivateForm, SoftwareKey};
use alloc::boxed::Box;
use core::marker::PhantomData;

/// A key made at run time.
pub type BoxedKey = Box<dyn ExportPrivateKey + Send + Sync>;

/// Makes the software keys of one algorithm.
pub(crate) trait Maker: Sync {
    fn custody_of(&self, algorithm: Algorithm) -> Result<Custody>;
    fn generate(&self, algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey>;
    fn import(&self, algorithm: Algorithm, form: PrivateForm<'_>) -> Result<BoxedKey>;
}

/// Makes keys of type `K`.
pub(crate) struct Make<K>(PhantomData<fn() -> K>);

impl<K> Make<K> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<K: SoftwareKey> Maker for Make<K> {
    fn custody_of(&self, algorithm: Algorithm) -> Result<Custody> {
        K::custody_of(algorithm)
    }

    fn generate(&self, algorithm: Algorithm, random: &mut dyn Random) -> Result<BoxedKey> {
        Burn::moving::<K>().after(|| Ok::<BoxedKey, _>(Box::new(K::generate(algorithm, random)?)))
    }

    fn import(&self, algorithm: Algorithm, form: PrivateForm<'_>) -> Result<BoxedKey> {
        Burn::moving::<K>().after(|| Ok::<BoxedKey, _>(Box::new(K::import_form(algorithm, form)?)))
    }
}
