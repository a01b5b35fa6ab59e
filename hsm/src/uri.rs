//! PKCS#11 URIs (RFC 7512).

/// A PKCS#11 URI.
pub struct Uri;
