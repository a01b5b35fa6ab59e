//! The public key inside a certificate. Nothing else of the certificate is believed or checked.

use khoalai::Error;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

/// The `SubjectPublicKeyInfo` of a certificate, as DER.
pub(crate) fn public_key_info(der: &[u8]) -> Result<Vec<u8>, Error> {
    let certificate = Certificate::from_der(der).map_err(|_| Error::Malformed)?;
    certificate.tbs_certificate().subject_public_key_info().to_der().map_err(|_| Error::Malformed)
}
