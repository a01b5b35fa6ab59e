//! Texts for C: the library's own, each with a zero behind it, put together while compiling.

use crate::error::{Known, OWN};
use core::ffi::{c_char, c_int};
use khoalai::{Algorithm, Class, Language};

/// What is wanted of a code.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Name,
    In(Language),
}

const LIBRARY: usize = khoalai::Error::ALL.len();
#[cfg(feature = "hsm")]
const PROBLEMS: usize = khoalai_hsm::Problem::ALL.len();
#[cfg(not(feature = "hsm"))]
const PROBLEMS: usize = 0;
/// What stands first: no error; and last: a number that is none.
const FINE: Known =
    Known {
        number: 0, code: "OK", class: Class::Input, texts: ["It worked.", "Đã thực hiện thành công."]
    };
const UNKNOWN: Known = Known {
    number: -1,
    code: "UNKNOWN",
    class: Class::Input,
    texts: [
        "There is no error of this number in this version of the library.",
        "Phiên bản thư viện này không có lỗi mang số này.",
    ],
};
const COUNT: usize = LIBRARY + PROBLEMS + OWN.len() + 2;

#[allow(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_lossless,
    reason = "only while compiling"
)]
const EVERY: [Known; COUNT] = {
    let mut every = [UNKNOWN; COUNT];
    every[0] = FINE;
    let mut at = 1;
    let mut next = 0;
    while next < LIBRARY {
        let error = khoalai::Error::ALL[next];
        let texts = [error.text(Language::En), error.text(Language::Vi)];
        every[at] =
            Known { number: error.number() as c_int, code: error.code(), class: error.class(), texts };
        at += 1;
        next += 1;
    }
    #[cfg(feature = "hsm")]
    {
        next = 0;
        while next < PROBLEMS {
            let problem = khoalai_hsm::Problem::ALL[next];
            let texts = [problem.text(Language::En), problem.text(Language::Vi)];
            every[at] = Known {
                number: problem.number() as c_int,
                code: problem.code(),
                class: problem.class(),
                texts,
            };
            at += 1;
            next += 1;
        }
    }
    next = 0;
    while next < OWN.len() {
        every[at] = OWN[next];
        at += 1;
        next += 1;
    }
    every
};

/// For every code the name, the English and the Vietnamese text; for every algorithm the name and the
/// document; and the version.
const TEXTS: usize = 3 * COUNT + 2 * Algorithm::ALL.len() + 1;

#[allow(clippy::indexing_slicing, reason = "only while compiling")]
const fn text(index: usize) -> &'static str {
    if index < 3 * COUNT {
        let known = EVERY[index / 3];
        match index % 3 {
            0 => known.code,
            other => known.texts[other - 1],
        }
    } else if index < TEXTS - 1 {
        let index = index - 3 * COUNT;
        let algorithm = Algorithm::ALL[index / 2];
        if index.is_multiple_of(2) { algorithm.name() } else { document(algorithm) }
    } else {
        env!("CARGO_PKG_VERSION")
    }
}

const fn document(algorithm: Algorithm) -> &'static str {
    use khoalai::algorithm::Status;
    match algorithm.row().status {
        Status::Standard(document) | Status::Draft(document) | Status::Private(document) => document,
        Status::Legacy(document) => document,
        _ => "",
    }
}

const LENGTH: usize = {
    let (mut length, mut index) = (0, 0);
    while index < TEXTS {
        length += text(index).len() + 1;
        index += 1;
    }
    length
};

/// All texts one behind the other, and where each begins.
struct Texts {
    bytes: [u8; LENGTH],
    begins: [usize; TEXTS],
}

#[allow(clippy::indexing_slicing, reason = "only while compiling")]
static ALL: Texts = {
    let mut all = Texts { bytes: [0; LENGTH], begins: [0; TEXTS] };
    let (mut at, mut index) = (0, 0);
    while index < TEXTS {
        all.begins[index] = at;
        let from = text(index).as_bytes();
        let (_, rest) = all.bytes.split_at_mut(at);
        let (to, _) = rest.split_at_mut(from.len());
        to.copy_from_slice(from);
        at += from.len() + 1;
        index += 1;
    }
    all
};

fn pointer(index: usize) -> *const c_char {
    let begin = ALL.begins.get(index).copied().unwrap_or_default();
    ALL.bytes.get(begin..).unwrap_or_default().as_ptr().cast()
}

fn index_of(error: c_int) -> usize {
    EVERY.iter().position(|known| known.number == error).unwrap_or(COUNT - 1)
}

pub(crate) fn of_error(error: c_int, what: Text) -> *const c_char {
    let index = 3 * index_of(error);
    pointer(match what {
        Text::Name => index,
        Text::In(Language::Vi) => index + 2,
        Text::In(_) => index + 1,
    })
}

pub(crate) fn class(error: c_int) -> Option<Class> {
    EVERY.iter().find(|known| known.number == error && error > 0).map(|known| known.class)
}

/// The name and the document of an algorithm.
pub(crate) fn of_algorithm(algorithm: Algorithm) -> Option<(*const c_char, *const c_char)> {
    let index = Algorithm::ALL.iter().position(|known| *known == algorithm)?;
    let index = 3 * COUNT + 2 * index;
    Some((pointer(index), pointer(index + 1)))
}

pub(crate) fn version() -> *const c_char {
    pointer(TEXTS - 1)
}
