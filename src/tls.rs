//! The hybrid groups of TLS 1.3 (RFC 10024): shares for a TLS stack to carry.
//!
//! Their secrets are two secrets side by side, which only the handshake's transcript binds to the
//! shares. They are no KEMs: outside TLS use X-Wing or another hybrid of [`Algorithm::ALL`].
//!
//! [`Algorithm::ALL`]: crate::Algorithm::ALL

use crate::burn::Burn;
use crate::bytes::{clear, room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::secret::Secret;
use crate::share::{Ephemeral, Layout, Secrets};
use crate::soft::{Component, MlKem768, MlKem1024, P256, P384, X25519};
use crate::table::{ML_KEM_768, ML_KEM_1024, P256_SHARE, P384_SHARE, X25519_SHARE};

/// One of the hybrid groups.
#[derive(Clone, Copy)]
pub struct TlsGroup(&'static Group);

struct Group {
    name: &'static str,
    code_point: u16,
    layout: Layout,
}

/// `X25519MLKEM768`: client 1216 bytes, server 1120, secret 64, ML-KEM first in all. The usual one.
pub const X25519MLKEM768: TlsGroup = TlsGroup(&Group {
    name: "X25519MLKEM768",
    code_point: 0x11ec,
    layout: Layout { pq: ML_KEM_768, classical: X25519_SHARE, pq_first: true },
});

/// `SecP256r1MLKEM768`: client 1249 bytes, server 1153, secret 64, P-256 first in all.
pub const SECP256R1MLKEM768: TlsGroup = TlsGroup(&Group {
    name: "SecP256r1MLKEM768",
    code_point: 0x11eb,
    layout: Layout { pq: ML_KEM_768, classical: P256_SHARE, pq_first: false },
});

/// `SecP384r1MLKEM1024`: client 1665 bytes, server 1665, secret 80, P-384 first in all.
pub const SECP384R1MLKEM1024: TlsGroup = TlsGroup(&Group {
    name: "SecP384r1MLKEM1024",
    code_point: 0x11ed,
    layout: Layout { pq: ML_KEM_1024, classical: P384_SHARE, pq_first: false },
});

/// A client's keys for [`X25519MLKEM768`].
pub type X25519MlKem768Share = TlsShare<MlKem768, X25519>;
/// A client's keys for [`SECP256R1MLKEM768`].
pub type SecP256r1MlKem768Share = TlsShare<MlKem768, P256>;
/// A client's keys for [`SECP384R1MLKEM1024`].
pub type SecP384r1MlKem1024Share = TlsShare<MlKem1024, P384>;

impl TlsGroup {
    /// Every group, by code point.
    pub const ALL: &'static [Self] = &[SECP256R1MLKEM768, X25519MLKEM768, SECP384R1MLKEM1024];

    /// The name in the IANA registry of TLS supported groups.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// The number in that registry.
    #[must_use]
    pub const fn code_point(self) -> u16 {
        self.0.code_point
    }

    /// Length of the client's share in bytes.
    #[must_use]
    pub const fn client_share_len(self) -> usize {
        self.0.layout.client_share_len()
    }

    /// Length of the server's share in bytes.
    #[must_use]
    pub const fn server_share_len(self) -> usize {
        self.0.layout.server_share_len()
    }

    /// Length of the secret in bytes.
    #[must_use]
    pub const fn secret_len(self) -> usize {
        self.0.layout.secret_len()
    }

    /// The server's side: answers `client_share`, writes its own share to the front of
    /// `server_share` and returns the secret.
    ///
    /// # Errors
    /// [`Error::Malformed`] and [`Error::BadPublicKey`]: abort with `illegal_parameter` (RFC 10024
    /// §3); [`Error::BufferTooSmall`], [`Error::RandomFailed`], [`Error::SelfTestFailed`].
    /// `server_share` is then zeroed.
    pub fn respond(
        self,
        client_share: &[u8],
        random: &mut dyn Random,
        server_share: &mut [u8],
    ) -> Result<TlsSecret> {
        clear(server_share, self.server_share_len());
        let server_share = room(server_share, self.server_share_len())?;
        Burn::HASHES.after(|| {
            let secrets = self.0.layout.respond(client_share, random, server_share);
            let secrets = zero_unless_ok(secrets, server_share)?;
            TlsSecret::of(&self.0.layout, &secrets)
        })
    }
}

impl PartialEq for TlsGroup {
    fn eq(&self, other: &Self) -> bool {
        self.0.code_point == other.0.code_point
    }
}

impl Eq for TlsGroup {}

impl core::fmt::Debug for TlsGroup {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0.name)
    }
}

/// The client's side of one handshake: two fresh keys, used once.
///
/// ```
/// use khoalai::tls::{X25519MLKEM768 as GROUP, X25519MlKem768Share};
///
/// let mut random = getrandom::SysRng;
/// let client = X25519MlKem768Share::generate(GROUP, &mut random)?;
/// let mut client_share = [0; GROUP.client_share_len()];
/// client.client_share(&mut client_share)?; // goes into the ClientHello
///
/// let mut server_share = [0; GROUP.server_share_len()];
/// let at_server = GROUP.respond(&client_share, &mut random, &mut server_share)?;
///
/// let at_client = client.finish(&server_share, &mut random)?;
/// assert!(at_client == at_server); // goes into the key schedule
/// # Ok::<(), khoalai::Error>(())
/// ```
pub struct TlsShare<Q: Component, C: Component>(Ephemeral<Q, C>);

impl<Q: Component, C: Component> TlsShare<Q, C> {
    /// Fresh keys for `group`. No pairwise check is made: the handshake is one.
    ///
    /// # Errors
    /// [`Error::WrongAlgorithm`] if the type does not fit the group; [`Error::RandomFailed`];
    /// [`Error::SelfTestFailed`].
    pub fn generate(group: TlsGroup, random: &mut dyn Random) -> Result<Self> {
        Burn::moving::<Self>().after(|| Ephemeral::make(group.0.layout, random).map(Self))
    }

    /// Writes the share for the `ClientHello` and returns the part of `out` written.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`].
    pub fn client_share<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        let out = room(out, self.0.layout().client_share_len())?;
        zero_unless_ok(self.0.client_share(out), out)?;
        Ok(out)
    }

    /// Takes the server's share and gives the secret. The keys are used up.
    ///
    /// # Errors
    /// [`Error::Malformed`]: abort with `illegal_parameter` (RFC 10024 §3);
    /// [`Error::DecapsulationFailed`].
    pub fn finish(self, server_share: &[u8], random: &mut dyn Random) -> Result<TlsSecret> {
        Burn::HASHES.after(|| {
            let secrets = self.0.finish(server_share, random)?;
            TlsSecret::of(self.0.layout(), &secrets)
        })
    }
}

/// What both sides share: 64 or 80 bytes, wiped when dropped, compared in constant time.
#[derive(PartialEq, Eq)]
pub struct TlsSecret {
    bytes: Secret<{ Self::MAX }>,
    len: usize,
}

impl TlsSecret {
    /// The longest, that of `SecP384r1MLKEM1024`.
    const MAX: usize = 80;

    fn of(layout: &Layout, secrets: &Secrets) -> Result<Self> {
        let mut this = Self { bytes: Secret::zero(), len: layout.secret_len() };
        let mut rest = this.bytes.expose_mut().as_mut_slice();
        for secret in secrets.get(layout) {
            let (place, after) = rest.split_at_mut_checked(secret.len()).ok_or(Error::BufferTooSmall)?;
            place.copy_from_slice(secret);
            rest = after;
        }
        Ok(this)
    }

    /// The secret bytes, for the key schedule: they take the place of the (EC)DHE secret
    /// (RFC 10024 §4).
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.expose().get(..self.len).unwrap_or_default()
    }
}
