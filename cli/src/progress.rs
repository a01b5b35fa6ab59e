//! A bar for large files, on stderr, only when a person is watching.

use crate::session::Session;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;

/// From this size on a file is large.
const LARGE: u64 = 32 * 1024 * 1024;

/// Shows how far a file has been read.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    /// Nothing is shown before this much has been read: for streams, whose length nobody knows.
    pending: u64,
}

impl Progress {
    pub(crate) fn of(session: &Session, file: &File) -> Self {
        let length = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
        let is_small = length.is_some_and(|length| length < LARGE);
        if session.json || is_small {
            return Self { bar: None, pending: 0 };
        }
        // The target hides itself when stderr is no terminal.
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        let template = if length.is_some() {
            "{msg} [{bar:32}] {bytes}/{total_bytes} {eta}"
        } else {
            "{msg} {spinner} {bytes}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(session.text.reading);
        let pending = if length.is_some() { 0 } else { LARGE };
        let this = Self { bar: Some(bar), pending };
        this.show_if_due();
        this
    }

    fn show_if_due(&self) {
        if let Some(bar) = self.bar.as_ref().filter(|_| self.pending == 0) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    pub(crate) fn read(&mut self, bytes: usize) {
        let Some(bar) = &self.bar else { return };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        bar.inc(bytes);
        if self.pending > 0 {
            self.pending = self.pending.saturating_sub(bytes);
            self.show_if_due();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
