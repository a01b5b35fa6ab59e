//! The document that is signed: read once, and in constant memory wherever the algorithm can.

use crate::failure::{Failure, Problem};
use crate::input;
use crate::progress::Progress;
use crate::session::Session;
use khoalai::composite::Verdicts;
use khoalai::{Error, MessageStream, PrivateKey, PublicKey, SigningKey, SystemRandom};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// How much is read at a time.
const PIECE: usize = 1024 * 1024;

/// The longest document for an algorithm that has to see all of it at once.
const MAX_WHOLE: usize = 256 * 1024 * 1024;

/// What is signed or verified.
pub(crate) enum Message {
    Pieces(Box<MessageStream>),
    /// For SLH-DSA, which goes over its message twice.
    Whole {
        bytes: Vec<u8>,
        context: Vec<u8>,
    },
}

impl Message {
    /// Starts a message that the owner of `public_key` signs under `context`.
    pub(crate) fn new<B: AsRef<[u8]>>(public_key: &PublicKey<B>, context: &[u8]) -> khoalai::Result<Self> {
        match MessageStream::new(public_key, context) {
            Err(Error::Unsupported) if public_key.algorithm().signature_len() > 0 => {
                Ok(Self::Whole { bytes: Vec::new(), context: context.to_vec() })
            }
            stream => Ok(Self::Pieces(Box::new(stream?))),
        }
    }

    /// Takes in a file and returns its length.
    pub(crate) fn read(&mut self, session: &Session, path: &Path) -> Result<u64, Failure> {
        let mut fits = true;
        let length = each_piece(session, path, |piece| match self {
            Self::Pieces(stream) => stream.update(piece),
            Self::Whole { bytes, .. } => {
                fits &= bytes.len() + piece.len() <= MAX_WHOLE;
                if fits {
                    bytes.extend_from_slice(piece);
                }
            }
        })?;
        if fits { Ok(length) } else { Err(Failure::from(Problem::TooLarge).about(path)) }
    }

    pub(crate) fn sign<'o, K: PrivateKey>(
        self,
        key: &SigningKey<K>,
        out: &'o mut [u8],
    ) -> khoalai::Result<&'o [u8]> {
        match self {
            Self::Pieces(stream) => stream.sign(key, &mut SystemRandom, out),
            Self::Whole { bytes, context } => key.sign(&bytes, &context, &mut SystemRandom, out),
        }
    }

    pub(crate) fn verify<B: AsRef<[u8]>>(self, key: &PublicKey<B>, signature: &[u8]) -> khoalai::Result<()> {
        match self {
            Self::Pieces(stream) => stream.verify(key, signature),
            Self::Whole { bytes, context } => key.verify(&bytes, &context, signature),
        }
    }

    /// What each half of a composite says.
    pub(crate) fn verdicts<B: AsRef<[u8]>>(&self, key: &PublicKey<B>, signature: &[u8]) -> Option<Verdicts> {
        match self {
            Self::Pieces(stream) => MessageStream::clone(stream).verdicts(key, signature).ok(),
            Self::Whole { .. } => None,
        }
    }
}

/// Hands the pieces of a file to `take`, in order, and returns the file's length.
pub(crate) fn each_piece(
    session: &Session,
    path: &Path,
    mut take: impl FnMut(&mut [u8]),
) -> Result<u64, Failure> {
    let mut file = input::open(path)?;
    let mut progress = Progress::of(session, &file);
    let mut buffer = vec![0; PIECE];
    let mut length = 0_u64;
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(input::unreadable(path, error)),
        };
        take(buffer.get_mut(..read).unwrap_or_default());
        length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        progress.read(read);
    }
}
