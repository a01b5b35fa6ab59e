//! Every suite with the type of its key: what `khoalai::generate` finds by itself where there is an
//! allocator.

#[cfg(feature = "slh-dsa")]
use khoalai::soft::slh_dsa;
use khoalai::soft::{
    BrainpoolP256, BrainpoolP384, EcdsaBrainpoolP256, EcdsaBrainpoolP384, EcdsaP256, EcdsaP384, EcdsaP521,
    Ed25519, Key, MlDsa44, MlDsa65, MlDsa87, MlKem512, MlKem768, MlKem1024, P256, P384, P521, SoftwareKey,
    X25519,
};
#[cfg(feature = "pre-release-448")]
use khoalai::soft::{Ed448, X448};
use khoalai::{Algorithm, Error, Result, Whole};

/// Something to do with a suite.
pub(crate) trait Visitor {
    fn visit<K: SoftwareKey>(&mut self, algorithm: Algorithm) -> Result<()>;
}

macro_rules! suites {
    ($($(#[$cfg:meta])* $row:ident: $key:ty;)+) => {
        const LISTED: &[Algorithm] = &[$($(#[$cfg])* khoalai::$row),+];

        /// Shows every suite to `visitor`; the first error ends it.
        pub(crate) fn each(visitor: &mut impl Visitor) -> Result<()> {
            // In an image of one suite even the table of all would bring all in.
            if ONLY.is_none() {
                complete()?;
            }
            $($(#[$cfg])*
            if const { wanted(khoalai::$row) } {
                visitor.visit::<$key>(khoalai::$row)?;
            })+
            Ok(())
        }
    };
}

suites! {
    X_WING: Whole<MlKem768, X25519>;
    MLKEM768_P256: Whole<MlKem768, P256>;
    MLKEM1024_P384: Whole<MlKem1024, P384>;
    MLDSA65_ECDSA_P256_SHA512: Whole<MlDsa65, EcdsaP256>;
    MLDSA65_ED25519_SHA512: Whole<MlDsa65, Ed25519>;
    MLDSA87_ECDSA_P384_SHA512: Whole<MlDsa87, EcdsaP384>;
    MLDSA44_ECDSA_P256_SHA256: Whole<MlDsa44, EcdsaP256>;
    MLDSA44_ED25519_SHA512: Whole<MlDsa44, Ed25519>;
    MLDSA65_ECDSA_P384_SHA512: Whole<MlDsa65, EcdsaP384>;
    MLDSA65_ECDSA_BRAINPOOLP256R1_SHA512: Whole<MlDsa65, EcdsaBrainpoolP256>;
    MLDSA87_ECDSA_BRAINPOOLP384R1_SHA512: Whole<MlDsa87, EcdsaBrainpoolP384>;
    MLDSA87_ECDSA_P521_SHA512: Whole<MlDsa87, EcdsaP521>;
    #[cfg(feature = "pre-release-448")]
    MLDSA87_ED448_SHAKE256: Whole<MlDsa87, Ed448>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM768_X25519_SHA3_256: Whole<MlKem768, X25519>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM768_ECDH_P256_SHA3_256: Whole<MlKem768, P256>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM1024_ECDH_P384_SHA3_256: Whole<MlKem1024, P384>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM768_ECDH_P384_SHA3_256: Whole<MlKem768, P384>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM768_ECDH_BRAINPOOLP256R1_SHA3_256: Whole<MlKem768, BrainpoolP256>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM1024_ECDH_BRAINPOOLP384R1_SHA3_256: Whole<MlKem1024, BrainpoolP384>;
    #[cfg(all(feature = "draft-composite-kem", feature = "pre-release-448"))]
    MLKEM1024_X448_SHA3_256: Whole<MlKem1024, X448>;
    #[cfg(feature = "draft-composite-kem")]
    MLKEM1024_ECDH_P521_SHA3_256: Whole<MlKem1024, P521>;
    ML_KEM_512: Key<MlKem512>;
    ML_KEM_768: Key<MlKem768>;
    ML_KEM_1024: Key<MlKem1024>;
    ML_DSA_44: Key<MlDsa44>;
    ML_DSA_65: Key<MlDsa65>;
    ML_DSA_87: Key<MlDsa87>;
    X25519_SHARE: Key<X25519>;
    P256_SHARE: Key<P256>;
    P384_SHARE: Key<P384>;
    P521_SHARE: Key<P521>;
    BRAINPOOLP256R1_SHARE: Key<BrainpoolP256>;
    BRAINPOOLP384R1_SHARE: Key<BrainpoolP384>;
    #[cfg(feature = "pre-release-448")]
    X448_SHARE: Key<X448>;
    ED25519: Key<Ed25519>;
    #[cfg(feature = "pre-release-448")]
    ED448: Key<Ed448>;
    ECDSA_P256_SHA256: Key<EcdsaP256>;
    ECDSA_P384_SHA384: Key<EcdsaP384>;
    ECDSA_P521_SHA512: Key<EcdsaP521>;
    ECDSA_BRAINPOOLP256R1_SHA256: Key<EcdsaBrainpoolP256>;
    ECDSA_BRAINPOOLP384R1_SHA384: Key<EcdsaBrainpoolP384>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_128S: Key<slh_dsa::SlhDsaSha2_128s>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_128F: Key<slh_dsa::SlhDsaSha2_128f>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_192S: Key<slh_dsa::SlhDsaSha2_192s>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_192F: Key<slh_dsa::SlhDsaSha2_192f>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_256S: Key<slh_dsa::SlhDsaSha2_256s>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_256F: Key<slh_dsa::SlhDsaSha2_256f>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_128S: Key<slh_dsa::SlhDsaShake128s>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_128F: Key<slh_dsa::SlhDsaShake128f>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_192S: Key<slh_dsa::SlhDsaShake192s>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_192F: Key<slh_dsa::SlhDsaShake192f>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_256S: Key<slh_dsa::SlhDsaShake256s>;
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_256F: Key<slh_dsa::SlhDsaShake256f>;
}

/// Whether the list has every suite whose keys are ever whole.
fn complete() -> Result<()> {
    let mut whole = Algorithm::ALL.iter().filter(|algorithm| algorithm.private_key_len() > 0);
    if whole.all(|algorithm| LISTED.contains(algorithm)) { Ok(()) } else { Err(Error::UnknownAlgorithm) }
}

/// The one suite to build, by its name, so that nothing else is in the image. All, if none is named.
const ONLY: Option<&str> = option_env!("KHOALAI_SUITE");

/// Whether the small sets of SLH-DSA are left out. They take a thousand times longer to sign than
/// others do: for minutes each, where the chip is emulated.
pub(crate) const SLOW_LEFT_OUT: bool = cfg!(all(feature = "slh-dsa", target_os = "none"));

const fn wanted(algorithm: Algorithm) -> bool {
    if SLOW_LEFT_OUT && matches!(algorithm.name().as_bytes(), [b'S', b'L', b'H', .., b's']) {
        return false;
    }
    let Some(only) = ONLY else { return true };
    let (mut only, mut name) = (only.as_bytes(), algorithm.name().as_bytes());
    while let (Some((a, rest)), Some((b, other))) = (only.split_first(), name.split_first()) {
        if *a != *b {
            return false;
        }
        (only, name) = (rest, other);
    }
    only.is_empty() && name.is_empty()
}
