//! A source of PINs, and the PIN it gave, if that may be kept.

use crate::error::Result;
use crate::pin::{Answer, Keep, Pin, PinPrompt, PinSource};
use alloc::sync::Arc;
use std::sync::{Mutex, PoisonError};

/// Answers from what is kept, and from the source otherwise.
pub(crate) struct Keeper {
    source: PinSource,
    kept: Mutex<Option<Arc<Pin>>>,
}

impl Keeper {
    pub(crate) const fn new(source: PinSource) -> Self {
        Self { source, kept: Mutex::new(None) }
    }

    /// Whether a person is asked.
    pub(crate) const fn asks(&self) -> bool {
        self.source.asks()
    }

    /// A PIN, or `None` where it is typed at the device. One that is `refused` is kept no longer: the
    /// source has to give another one.
    pub(crate) fn ask(
        &self,
        prompt: &PinPrompt<'_>,
        refused: impl FnOnce(&Pin) -> bool,
    ) -> Result<Option<Arc<Pin>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|pin| refused(pin)) {
            *kept = None;
        }
        if let Some(pin) = &*kept {
            return Ok(Some(Arc::clone(pin)));
        }
        let pin = match self.source.answer(prompt)? {
            Answer::AtTheDevice => return Ok(None),
            Answer::Pin(pin) => Arc::new(pin),
        };
        if self.source.keep() == Keep::InMemory {
            *kept = Some(Arc::clone(&pin));
        }
        Ok(Some(pin))
    }
}
