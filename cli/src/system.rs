//! What differs from one operating system to the other, one concern in each file.

pub(crate) mod access;
pub(crate) mod crashes;
pub(crate) mod devices;
pub(crate) mod identity;
pub(crate) mod streams;
pub(crate) mod terminal;
