//! The key exchange `mlkem768x25519-sha256` of SSH (RFC 10042).

use crate::burn::Burn;
use crate::bytes::{clear, room, zero_unless_ok};
use crate::error::Result;
use crate::gate::Gate;
use crate::random::Random;
use crate::share::{Ephemeral, Layout, Secrets};
use crate::soft::hash::sha256;
use crate::soft::{MlKem768, X25519};
use crate::table::{ML_KEM_768, X25519_SHARE};
use crate::view::SharedSecret;

const LAYOUT: Layout = Layout { pq: ML_KEM_768, classical: X25519_SHARE, pq_first: true };

/// The hash of the exchange is no algorithm of the table, so it has a known answer of its own: that of
/// FIPS 180-4's example "abc", in two parts.
static HASH: Gate = {
    const FAULT: u64 = if cfg!(khoalai_fault = "mlkem768x25519-sha256") { 1 } else { 0 };
    Gate::new(
        || {
            let mut digest = [0; 32];
            sha256(&[b"a".as_slice(), b"bc"], &mut digest);
            Ok(digest)
        },
        0xba78_16bf_8f01_cfea ^ FAULT,
    )
};

/// TEST ONLY: the gate of the exchange's hash.
#[cfg(khoalai_fault = "chosen")]
#[must_use]
pub fn gate() -> &'static Gate {
    &HASH
}

/// Length of the client's `C_INIT` in bytes.
pub const C_INIT_LEN: usize = LAYOUT.client_share_len();
/// Length of the server's `S_REPLY` in bytes.
pub const S_REPLY_LEN: usize = LAYOUT.server_share_len();

/// The server's side of `mlkem768x25519-sha256`: answers `C_INIT` (1216 bytes), writes `S_REPLY`
/// (1120 bytes) to the front of `s_reply` and returns K.
///
/// K enters the exchange hash as a `string` of 32 bytes, never as an `mpint` (RFC 10042 §2.4).
///
/// # Errors
/// [`Error::Malformed`] and [`Error::BadPublicKey`]: disconnect; [`Error::BufferTooSmall`],
/// [`Error::RandomFailed`], [`Error::SelfTestFailed`]. `s_reply` is then zeroed.
///
/// [`Error::Malformed`]: crate::Error::Malformed
/// [`Error::BadPublicKey`]: crate::Error::BadPublicKey
/// [`Error::BufferTooSmall`]: crate::Error::BufferTooSmall
/// [`Error::RandomFailed`]: crate::Error::RandomFailed
/// [`Error::SelfTestFailed`]: crate::Error::SelfTestFailed
pub fn mlkem768x25519_sha256(
    c_init: &[u8],
    random: &mut dyn Random,
    s_reply: &mut [u8],
) -> Result<SharedSecret> {
    clear(s_reply, S_REPLY_LEN);
    let s_reply = room(s_reply, S_REPLY_LEN)?;
    Burn::HASHES.after(|| {
        HASH.pass()?;
        let secrets = zero_unless_ok(LAYOUT.respond(c_init, random, s_reply), s_reply)?;
        Ok(k(&secrets))
    })
}

/// The client's side: two fresh keys, used once.
///
/// ```
/// use khoalai::ssh::{C_INIT_LEN, MlKem768X25519, S_REPLY_LEN, mlkem768x25519_sha256};
///
/// let mut random = getrandom::SysRng;
/// let client = MlKem768X25519::generate(&mut random)?;
/// let (mut c_init, mut s_reply) = ([0; C_INIT_LEN], [0; S_REPLY_LEN]);
/// client.c_init(&mut c_init)?;
/// let at_server = mlkem768x25519_sha256(&c_init, &mut random, &mut s_reply)?;
/// assert!(client.finish(&s_reply, &mut random)? == at_server);
/// # Ok::<(), khoalai::Error>(())
/// ```
pub struct MlKem768X25519(Ephemeral<MlKem768, X25519>);

impl MlKem768X25519 {
    /// Fresh keys. No pairwise check is made: the key exchange is one.
    ///
    /// # Errors
    /// [`Error::RandomFailed`](crate::Error::RandomFailed),
    /// [`Error::SelfTestFailed`](crate::Error::SelfTestFailed).
    pub fn generate(random: &mut dyn Random) -> Result<Self> {
        HASH.pass()?;
        Burn::moving::<Self>().after(|| Ephemeral::make(LAYOUT, random).map(Self))
    }

    /// Writes `C_INIT` and returns the part of `out` written.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`](crate::Error::BufferTooSmall).
    pub fn c_init<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        let out = room(out, C_INIT_LEN)?;
        zero_unless_ok(self.0.client_share(out), out)?;
        Ok(out)
    }

    /// Takes `S_REPLY` and gives K. The keys are used up.
    ///
    /// # Errors
    /// [`Error::Malformed`](crate::Error::Malformed): disconnect;
    /// [`Error::DecapsulationFailed`](crate::Error::DecapsulationFailed).
    pub fn finish(self, s_reply: &[u8], random: &mut dyn Random) -> Result<SharedSecret> {
        Burn::HASHES.after(|| Ok(k(&self.0.finish(s_reply, random)?)))
    }
}

/// `K = SHA-256(K_PQ ‖ K_CL)` (RFC 10042 §2.4).
fn k(secrets: &Secrets) -> SharedSecret {
    let mut secret = SharedSecret::zero();
    sha256(&secrets.get(&LAYOUT), secret.array_mut());
    secret
}
