//! One session and the thread that works with it. A call that hangs keeps the thread, not the caller.

use crate::error::{Error, Problem};
use crate::library::Library;
use crate::raw::Rv;
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// What a job works with: one session, and nobody else in it.
pub(crate) struct Desk<'a> {
    pub(crate) library: &'a Library,
    pub(crate) session: &'a Session,
    /// Whether private objects are seen only after a login.
    pub(crate) login_required: bool,
}

impl Desk<'_> {
    pub(crate) fn handle(&self) -> cryptoki_sys::CK_SESSION_HANDLE {
        self.session.handle()
    }
}

/// Where sessions are opened.
#[derive(Clone, Copy)]
pub(crate) struct Where {
    pub(crate) number: Slot,
    pub(crate) login_required: bool,
}

type Job = Box<dyn FnOnce(&Desk<'_>) + Send>;

/// A session and its thread. Dropped, the thread ends and closes the session, as soon as it is not in a call.
pub(crate) struct Lane {
    jobs: Sender<Job>,
}

/// Why a job was not done.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The device said no.
    Device(Rv),
    /// We said no.
    Own(Error),
}

impl From<Rv> for Fault {
    fn from(rv: Rv) -> Self {
        Self::Device(rv)
    }
}

impl From<cryptoki::error::Error> for Fault {
    fn from(error: cryptoki::error::Error) -> Self {
        Self::Device(error.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<khoalai::Error> for Fault {
    fn from(error: khoalai::Error) -> Self {
        Self::Own(error.into())
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Own(problem.into())
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Device(rv) => rv.into(),
            Fault::Own(error) => error,
        }
    }
}

/// What a job gives.
pub(crate) type Done<T> = Result<T, Fault>;

/// Why a lane gave no answer.
#[derive(Debug)]
pub(crate) enum Silence {
    /// The call took too long and may still be going on: leave the lane alone.
    Timeout,
    /// The job was not done.
    Refused(Fault),
    /// The system gives no more threads.
    NoThread,
}

impl Lane {
    /// Opens a session in a thread of its own. `guard` lives as long as the thread.
    pub(crate) fn open<G: Send + 'static>(
        library: &Arc<Library>,
        slot: Where,
        write: bool,
        guard: G,
        timeout: Duration,
    ) -> Result<Self, Silence> {
        let (jobs, todo) = channel::<Job>();
        let (opened, outcome) = channel();
        let library = Arc::clone(library);
        let work = move || {
            let _guard = guard;
            let Where { number, login_required } = slot;
            let session = if write {
                library.pkcs11.open_rw_session(number)
            } else {
                library.pkcs11.open_ro_session(number)
            };
            match session.map_err(Fault::from) {
                Ok(session) => {
                    // Nobody waits any more if that took too long: then the session closes at once.
                    if opened.send(Ok(())).is_ok() {
                        for job in todo {
                            job(&Desk { library: &library, session: &session, login_required });
                        }
                    }
                }
                Err(fault) => drop(opened.send(Err(fault))),
            }
        };
        std::thread::Builder::new().name("khoalai-hsm".into()).spawn(work).map_err(|_| Silence::NoThread)?;
        wait(&outcome, timeout)?;
        Ok(Self { jobs })
    }

    /// Has the thread do `job`, and waits for it so long.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce(&Desk<'_>) -> Done<T> + Send + 'static,
    ) -> Result<T, Silence> {
        let (done, outcome) = channel();
        let job: Job = Box::new(move |desk| drop(done.send(job(desk))));
        self.jobs.send(job).map_err(|_| Silence::NoThread)?;
        wait(&outcome, timeout)
    }
}

fn wait<T>(outcome: &Receiver<Done<T>>, timeout: Duration) -> Result<T, Silence> {
    match outcome.recv_timeout(timeout) {
        Ok(outcome) => outcome.map_err(Silence::Refused),
        Err(RecvTimeoutError::Timeout) => Err(Silence::Timeout),
        Err(RecvTimeoutError::Disconnected) => Err(Silence::NoThread),
    }
}
