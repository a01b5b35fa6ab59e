//! Times operations of one process against each other: by turns, in an order that changes each round, in
//! processor time of this thread. What the machine does beside it hits all of them alike.

mod clock;
mod figures;
mod rounds;

pub use clock::stay;
pub use figures::{Figures, median};
pub use rounds::{Plan, Work, measure};
