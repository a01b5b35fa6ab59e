//! A private key as it was read from a file.

use crate::algorithm::Algorithm;
#[cfg(feature = "alloc")]
use crate::boxed::{BoxedKey, import_form};
use crate::burn::Burn;
use crate::error::{Error, Result};
use crate::key::PrivateKey;
use crate::limits::MAX_PUBLIC_KEY;
use crate::soft::{PrivateForm, SoftwareKey};

/// A private key as it was read, and the public key if the file had one. It borrows from the file:
/// no secret is copied.
pub struct Decoded<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) form: PrivateForm<'a>,
    pub(super) public_key: Option<&'a [u8]>,
}

impl<'a> Decoded<'a> {
    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The private key in the form that the file has. Nothing is checked yet but lengths:
    /// [`load`](Self::load) does that.
    #[must_use]
    pub const fn expose_form(&self) -> PrivateForm<'a> {
        self.form
    }

    /// The raw private key, as [`SoftwareKey::import`] takes it; of a key that came with its expanded
    /// form the seed, before the two were compared.
    ///
    /// # Errors
    /// [`Error::NotExportable`] if there is only the expanded form.
    pub const fn expose_private_key(&self) -> Result<&'a [u8]> {
        match self.form {
            PrivateForm::Raw(raw) | PrivateForm::Both { seed: raw, .. } => Ok(raw),
            PrivateForm::Expanded(_) => Err(Error::NotExportable),
        }
    }

    /// Loads the key as a type that fits its algorithm, after every check that its form has:
    /// an expanded ML-KEM or ML-DSA key has to be consistent with itself, with its seed, and with the
    /// public key that the file carried, if any.
    ///
    /// ```
    /// use khoalai::encode::pkcs8;
    /// use khoalai::soft::{MlKem768, X25519};
    /// use khoalai::{ExportPrivateKey, Whole, X_WING, soft::SoftwareKey};
    ///
    /// type XWing = Whole<MlKem768, X25519>;
    /// let key = XWing::generate(X_WING, &mut getrandom::SysRng)?;
    /// let (mut raw, mut der) = ([0; 32], [0; 96]);
    /// let der = pkcs8::encode(X_WING, key.expose_private_key(&mut raw)?, &mut der)?;
    /// let again: XWing = pkcs8::decode(der, &[X_WING])?.load()?;
    /// # Ok::<(), khoalai::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`SoftwareKey::import_form`]; [`Error::BadPrivateKey`] if the public keys differ: the file
    /// was put together from two keys.
    pub fn load<K: SoftwareKey>(&self) -> Result<K> {
        Burn::loading::<K>().after(|| self.check(K::import_form(self.algorithm, self.form)?))
    }

    /// The same, as a key whose algorithm is known only at run time.
    ///
    /// # Errors
    /// As [`khoalai::import`](crate::import()), and as [`load`](Self::load).
    #[cfg(feature = "alloc")]
    pub fn load_boxed(&self) -> Result<BoxedKey> {
        Burn::LOADING.after(|| self.check(import_form(self.algorithm, self.form)?))
    }

    fn check<K: PrivateKey>(&self, key: K) -> Result<K> {
        let Some(expected) = self.public_key else { return Ok(key) };
        let mut public = [0; MAX_PUBLIC_KEY];
        if key.public_key(&mut public)? == expected { Ok(key) } else { Err(Error::BadPrivateKey) }
    }
}
