//! TEST ONLY: a pretend third party with algorithms of its own, as a national scheme would be
//! added. The group is the numbers modulo 2^61 - 1, which a pocket calculator breaks.

use khoalai::algorithm::{Construction, Identifier, Kind, Prehash, Row, Software, Status, Wrapping};
use khoalai::combine::HybridKem;
use khoalai::composite::Composite;
use khoalai::{
    Algorithm, Custody, Error, Hedge, Input, ML_DSA_65, ML_KEM_768, Place, PrivateKey, Random, Result, Store,
};
use sha2::{Digest, Sha256};

const P: u64 = (1 << 61) - 1;
const G: u64 = 37;

const STATUS: Status = Status::Private("made up for a test");

/// 2.999.`number`, the arc that is reserved for examples.
const fn example(oid: &'static [u8]) -> Option<Identifier> {
    Some(Identifier::new(oid, Wrapping::Raw))
}

const DH_ROW: Row = Row {
    name: "VN-TEST-DH",
    kind: Kind::Share,
    construction: Construction::Classical,
    status: STATUS,
    public_key: 8,
    private_key: 8,
    ciphertext: 8,
    secret: 8,
    identifier: example(b"\x88\x37\x01"),
    software: &Toy,
    ..Row::BLANK
};

static DH: Row = DH_ROW;

const SIG_ROW: Row = Row {
    name: "VN-TEST-SIG",
    kind: Kind::Signature,
    construction: Construction::Classical,
    status: STATUS,
    public_key: 8,
    private_key: 8,
    signature: 16,
    identifier: example(b"\x88\x37\x02"),
    software: &Toy,
    ..Row::BLANK
};

static SIG: Row = SIG_ROW;

static KEM: Row = Row {
    name: "VN-TEST-KEM",
    kind: Kind::Kem,
    construction: Construction::HybridKem { pq: ML_KEM_768, classical: VN_DH, label: b"VN-TEST-KEM" },
    status: STATUS,
    category: 3,
    public_key: 1184 + 8,
    ciphertext: 1088 + 8,
    secret: 32,
    identifier: example(b"\x88\x37\x03"),
    software: &HybridKem,
    ..Row::BLANK
};

static COMPOSITE: Row = Row {
    name: "VN-TEST-COMPOSITE",
    kind: Kind::Signature,
    construction: Construction::Composite {
        pq: ML_DSA_65,
        classical: VN_SIG,
        label: b"VN-TEST-COMPOSITE",
        prehash: Prehash::Sha256,
    },
    status: STATUS,
    category: 3,
    public_key: 1952 + 8,
    signature: 3309 + 16,
    identifier: example(b"\x88\x37\x04"),
    software: &Composite,
    ..Row::BLANK
};

// The same with public keys that are written without their leading zeros.
static SHORT_DH: Row = Row { name: "VN-TEST-SHORT-DH", varies: true, ..DH_ROW };
static SHORT_SIG: Row = Row { name: "VN-TEST-SHORT-SIG", varies: true, ..SIG_ROW };
static SHORT_KEM: Row = Row {
    name: "VN-TEST-SHORT-KEM",
    kind: Kind::Kem,
    construction: Construction::HybridKem { pq: ML_KEM_768, classical: VN_SHORT_DH, label: b"VN-SHORT" },
    status: STATUS,
    public_key: 1184 + 8,
    private_key: 64 + 8,
    ciphertext: 1088 + 8,
    secret: 32,
    varies: true,
    identifier: example(b"\x88\x37\x05"),
    software: &HybridKem,
    ..Row::BLANK
};
static SHORT_COMPOSITE: Row = Row {
    name: "VN-TEST-SHORT-COMPOSITE",
    construction: Construction::Composite {
        pq: ML_DSA_65,
        classical: VN_SHORT_SIG,
        label: b"VN-SHORT",
        prehash: Prehash::Sha256,
    },
    status: STATUS,
    public_key: 1952 + 8,
    private_key: 32 + 8,
    signature: 3309 + 16,
    varies: true,
    identifier: example(b"\x88\x37\x06"),
    software: &Composite,
    ..Row::BLANK
};

pub const VN_SHORT_DH: Algorithm = Algorithm::new(&SHORT_DH);
pub const VN_SHORT_SIG: Algorithm = Algorithm::new(&SHORT_SIG);
pub const VN_SHORT_KEM: Algorithm = Algorithm::new(&SHORT_KEM);
pub const VN_SHORT_COMPOSITE: Algorithm = Algorithm::new(&SHORT_COMPOSITE);

pub const VN_DH: Algorithm = Algorithm::new(&DH);
pub const VN_SIG: Algorithm = Algorithm::new(&SIG);
pub const VN_KEM: Algorithm = Algorithm::new(&KEM);
pub const VN_COMPOSITE: Algorithm = Algorithm::new(&COMPOSITE);

fn mul(a: u64, b: u64, modulus: u64) -> u64 {
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(modulus)).unwrap()
}

fn power(base: u64, mut exponent: u64) -> u64 {
    let (mut result, mut square) = (1, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul(result, square, P);
        }
        square = mul(square, square, P);
        exponent >>= 1;
    }
    result
}

fn number(bytes: &[u8]) -> Result<u64> {
    Ok(u64::from_be_bytes(bytes.try_into().map_err(|_| Error::Malformed)?))
}

/// 2..P, the elements that are worth anything.
fn element(bytes: &[u8], wrong: Error) -> Result<u64> {
    Some(number(bytes)?).filter(|element| (2..P - 1).contains(element)).ok_or(wrong)
}

/// A public key: eight bytes, or as few as there can be where the row says that lengths vary.
fn public(algorithm: Algorithm, bytes: &[u8]) -> Result<u64> {
    let Some(zeros) = algorithm.row().varies.then(|| 8usize.checked_sub(bytes.len())).flatten() else {
        return element(bytes, Error::BadPublicKey);
    };
    if bytes.first() == Some(&0) {
        return Err(Error::BadPublicKey);
    }
    element(&[&[0; 8][..zeros], bytes].concat(), Error::BadPublicKey)
}

fn draw(random: &mut dyn Random) -> Result<u64> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes)?;
    Ok(number(&bytes)? % (P - 3) + 2)
}

fn challenge(commitment: u64, public: u64, parts: &[&[u8]]) -> u64 {
    let mut hash = Sha256::new();
    hash.update(commitment.to_be_bytes());
    hash.update(public.to_be_bytes());
    parts.iter().for_each(|part| hash.update(part));
    number(&hash.finalize()[..8]).unwrap() % (P - 1)
}

/// Diffie–Hellman and Schnorr's signature over the toy group.
struct Toy;

impl Software for Toy {
    fn implementation(&self) -> &'static str {
        "toy"
    }

    fn check_public_key(&self, algorithm: Algorithm, public_key: &[u8]) -> Result<()> {
        public(algorithm, public_key).map(|_| ())
    }

    fn check_ciphertext(&self, _: Algorithm, ciphertext: &[u8]) -> Result<()> {
        element(ciphertext, Error::Malformed).map(|_| ())
    }

    fn encapsulate(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        let (peer, scalar) = (public(algorithm, public_key)?, draw(random)?);
        ciphertext.copy_from_slice(&power(G, scalar).to_be_bytes());
        secret.copy_from_slice(&power(peer, scalar).to_be_bytes());
        Ok(())
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        public_key: &[u8],
        input: Input<'_>,
        _: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let Input::Message(parts) = input else { return Err(Error::Unsupported) };
        let public = public(algorithm, public_key)?;
        let (commitment, response) = signature.split_at_checked(8).ok_or(Error::VerificationFailed)?;
        let commitment = element(commitment, Error::VerificationFailed)?;
        let response = number(response).map_err(|_| Error::VerificationFailed)?;
        let expected = mul(commitment, power(public, challenge(commitment, public, parts)), P);
        // One response below the group's order, so that no other bytes verify too.
        let good = response < P - 1 && power(G, response) == expected;
        if good { Ok(()) } else { Err(Error::VerificationFailed) }
    }
}

/// The third party's keys, in its own store.
pub struct ToyKey {
    algorithm: Algorithm,
    scalar: u64,
}

impl PrivateKey for ToyKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn custody(&self) -> Custody {
        Custody::component(self.algorithm, Place::Memory)
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        let (out, public) =
            (out.get_mut(..8).ok_or(Error::BufferTooSmall)?, power(G, self.scalar).to_be_bytes());
        let zeros = public.iter().take_while(|byte| self.algorithm.row().varies && **byte == 0).count();
        let out = &mut out[..8 - zeros];
        out.copy_from_slice(&public[zeros..]);
        Ok(out)
    }

    fn decapsulate(&self, ciphertext: &[u8], _: &mut dyn Random, secret: &mut [u8]) -> Result<()> {
        let peer = element(ciphertext, Error::Malformed)?;
        secret.copy_from_slice(&power(peer, self.scalar).to_be_bytes());
        Ok(())
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        _: &[u8],
        _: Hedge,
        random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> Result<&'o [u8]> {
        let Input::Message(parts) = input else { return Err(Error::Unsupported) };
        let out = out.get_mut(..16).ok_or(Error::BufferTooSmall)?;
        let nonce = draw(random)?;
        let (commitment, public) = (power(G, nonce), power(G, self.scalar));
        let product = mul(challenge(commitment, public, parts), self.scalar, P - 1);
        out[..8].copy_from_slice(&commitment.to_be_bytes());
        out[8..].copy_from_slice(&((nonce + product) % (P - 1)).to_be_bytes());
        Ok(out)
    }
}

/// Where the third party's keys come from.
#[derive(Default)]
pub struct ToyStore {
    claimed: Vec<([u8; 32], Algorithm)>,
}

impl Store for ToyStore {
    type Key = ToyKey;

    fn generate(&mut self, algorithm: Algorithm, _: &str, random: &mut dyn Random) -> Result<ToyKey> {
        Ok(ToyKey { algorithm, scalar: draw(random)? })
    }

    fn import(&mut self, algorithm: Algorithm, _: &str, private_key: &[u8]) -> Result<ToyKey> {
        Ok(ToyKey { algorithm, scalar: element(private_key, Error::BadPrivateKey)? })
    }

    fn open(&mut self, _: &str) -> Result<ToyKey> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, _: ToyKey) -> Result<()> {
        Ok(())
    }

    fn claim(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<()> {
        if self.claimed.iter().any(|(claimed, _)| claimed == fingerprint) {
            return Err(Error::KeyReused);
        }
        self.claimed.push((*fingerprint, hybrid));
        Ok(())
    }

    fn is_claimed(&mut self, fingerprint: &[u8; 32], hybrid: Algorithm) -> Result<bool> {
        Ok(self.claimed.contains(&(*fingerprint, hybrid)))
    }
}
