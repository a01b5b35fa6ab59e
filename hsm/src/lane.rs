//! One session and the thread that works with it. A call that hangs keeps the thread, not the caller, unless
//! the caller wants to make its calls itself.

use crate::error::{Error, Problem};
use crate::exit::Inside;
use crate::handles::Handles;
use crate::library::Library;
use crate::pin::Pin;
use crate::raw::Rv;
use alloc::sync::Arc;
use core::cell::RefCell;
use core::mem::ManuallyDrop;
use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use core::time::Duration;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use cryptoki_sys::CKR_SESSION_HANDLE_INVALID;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a job works with: one session, and nobody else in it.
pub(crate) struct Desk<'a> {
    pub(crate) library: &'a Library,
    pub(crate) session: &'a Session,
    /// What was found in it.
    pub(crate) handles: &'a RefCell<Handles>,
    /// Whether private objects are seen only after a login.
    pub(crate) login_required: bool,
    waiting: &'a Waiting,
}

impl Desk<'_> {
    pub(crate) fn handle(&self) -> cryptoki_sys::CK_SESSION_HANDLE {
        self.session.handle()
    }

    /// The objects that fit.
    pub(crate) fn find(&self, wanted: &[Attribute]) -> Done<Vec<ObjectHandle>> {
        let found = self.library.raw.find(self.handle(), wanted)?;
        found.ok_or_else(|| Problem::TooManyObjects.into())
    }

    /// `C_Login`; without a PIN it is typed at the device.
    pub(crate) fn log_in(&self, user: UserType, pin: Option<&Pin>) -> Result<(), Rv> {
        let pin = pin.map(|pin| AuthPin::new(pin.expose().into()));
        Ok(self.session.login(user, pin.as_ref())?)
    }

    /// Whether the caller still waits. If so it takes what the job gives; if not, what the job made in
    /// the device is nobody's and has to be taken back.
    pub(crate) fn is_awaited(&self) -> bool {
        self.waiting.settle(DELIVERED)
    }
}

/// Whether a caller gave up waiting or the job got to its end: whichever came first.
#[derive(Default)]
struct Waiting(AtomicU8);

const DELIVERED: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Waiting {
    /// Says how it ended. Returns whether that is how.
    fn settle(&self, end: u8) -> bool {
        self.0
            .compare_exchange(0, end, Ordering::AcqRel, Ordering::Acquire)
            .map_or_else(|was| was == end, |_| true)
    }
}

/// Where sessions are opened.
#[derive(Clone, Copy)]
pub(crate) struct Where {
    pub(crate) number: Slot,
    pub(crate) login_required: bool,
}

type Job = Box<dyn FnOnce(&Library, &Seat) + Send>;

/// What whoever calls the module sits at: a session, and what was found in it.
struct Seat {
    session: ManuallyDrop<Session>,
    handles: RefCell<Handles>,
}

/// A session and its thread. Dropped, the thread ends and closes the session, as soon as it is not in a call.
pub(crate) struct Lane {
    // Let go of before `jobs`, by which the thread learns that the session is its own again.
    seat: Arc<Mutex<Seat>>,
    jobs: Sender<Job>,
    library: Arc<Library>,
    login_required: bool,
    /// Which initialisation of the module the session is of.
    generation: u64,
}

fn sit(seat: &Mutex<Seat>) -> MutexGuard<'_, Seat> {
    seat.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a job was not done.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The device said no.
    Device(Rv),
    /// We said no.
    Own(Error),
}

impl Fault {
    /// Whether it has nothing to do with what the device was given.
    pub(crate) fn is_condition(&self) -> bool {
        match self {
            Self::Device(rv) => !rv.cause().may_depend_on_input(),
            Self::Own(error) => error.class() == khoalai::Class::Condition,
        }
    }
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

impl From<Silence> for Fault {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Timeout => khoalai::Error::Timeout.into(),
            Silence::NoThread => khoalai::Error::Busy.into(),
            Silence::Refused(fault) => fault,
        }
    }
}

impl From<Silence> for Error {
    fn from(silence: Silence) -> Self {
        Fault::from(silence).into()
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
#[derive(Clone, Debug)]
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
        let theirs = Arc::clone(library);
        let work = move || {
            let library = theirs;
            let _guard = guard;
            let Some(inside) = Inside::enter() else { return };
            let session = {
                let _turn = library.turn();
                library.open_session(slot.number, write)
            };
            match session {
                Ok((session, generation)) => {
                    drop(inside);
                    let seat = Seat { session: ManuallyDrop::new(session), handles: RefCell::default() };
                    let seat = Arc::new(Mutex::new(seat));
                    // Nobody waits any more if that took too long: then the session closes at once.
                    if opened.send(Ok((Arc::clone(&seat), generation))).is_ok() {
                        for job in todo {
                            let Some(_inside) = Inside::enter() else { return };
                            let _turn = library.turn();
                            job(&library, &sit(&seat));
                        }
                    }
                    let Some(_inside) = Inside::enter() else { return };
                    let _turn = library.turn();
                    let Some(seat) = Arc::into_inner(seat) else { return };
                    let seat = seat.into_inner().unwrap_or_else(PoisonError::into_inner);
                    library.close_session(seat.session, generation);
                }
                Err(fault) => drop(opened.send(Err(fault))),
            }
        };
        spawn(work)?;
        let (seat, generation) = wait(&outcome, timeout)?;
        let library = Arc::clone(library);
        Ok(Self { seat, jobs, library, login_required: slot.login_required, generation })
    }

    /// Has the thread do `job`, and waits for it so long.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce(&Desk<'_>) -> Done<T> + Send + 'static,
    ) -> Result<T, Silence> {
        let (done, outcome) = channel();
        let (login_required, generation) = (self.login_required, self.generation);
        let waiting = Arc::new(Waiting::default());
        let theirs = Arc::clone(&waiting);
        let job: Job = Box::new(move |library, seat| {
            let Seat { session, handles } = seat;
            let desk = Desk { library, session, handles, login_required, waiting: &theirs };
            // In vain if the caller has given up: then what is in it is wiped.
            let _ = done.send(do_now(&desk, generation, job));
        });
        self.jobs.send(job).map_err(|_| Silence::NoThread)?;
        match wait(&outcome, timeout) {
            // It has just got to its end.
            Err(Silence::Timeout) if !waiting.settle(GIVEN_UP) => wait(&outcome, timeout),
            answer => answer,
        }
    }

    /// Does `job` in the caller's own thread, which nobody takes out of a call that hangs.
    pub(crate) fn run_here<T>(&self, job: impl FnOnce(&Desk<'_>) -> Done<T>) -> Result<T, Silence> {
        let Some(_inside) = Inside::enter() else { return Err(Silence::NoThread) };
        let _turn = self.library.turn();
        let seat = sit(&self.seat);
        let Seat { session, handles } = &*seat;
        let (library, waiting) = (&*self.library, &Waiting::default());
        let desk = Desk { library, session, handles, login_required: self.login_required, waiting };
        do_now(&desk, self.generation, job).map_err(Silence::Refused)
    }
}

/// Does `job`, unless the module was initialised anew since `generation`, or meanwhile.
fn do_now<T>(desk: &Desk<'_>, generation: u64, job: impl FnOnce(&Desk<'_>) -> Done<T>) -> Done<T> {
    let is_stale = || generation != desk.library.generation();
    let stale = || Err(Rv(CKR_SESSION_HANDLE_INVALID).into());
    let outcome = if is_stale() { stale() } else { job(desk) };
    // What was done with numbers of before may have been done with somebody else's objects.
    if is_stale() { stale() } else { outcome }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), Silence> {
    let spawned = std::thread::Builder::new().name("khoalai-hsm".into()).spawn(work);
    spawned.map(drop).map_err(|_| Silence::NoThread)
}

/// Calls that belong to no session, and have not come back.
static APART: AtomicUsize = AtomicUsize::new(0);
/// How many of them there may be.
const MOST_APART: usize = 16;

/// Does `work` in a thread of its own, and waits for it so long.
pub(crate) fn apart<T: Send + 'static>(
    timeout: Duration,
    work: impl FnOnce() -> Done<T> + Send + 'static,
) -> Result<T, Silence> {
    struct Count;
    impl Drop for Count {
        fn drop(&mut self) {
            APART.fetch_sub(1, Ordering::AcqRel);
        }
    }
    let count = Count;
    if APART.fetch_add(1, Ordering::AcqRel) >= MOST_APART {
        return Err(Silence::Refused(Problem::CallsStuck.into()));
    }
    let (done, outcome) = channel();
    spawn(move || {
        let _count = count;
        if let Some(_inside) = Inside::enter() {
            let _ = done.send(work());
        }
    })?;
    wait(&outcome, timeout)
}

fn wait<T>(outcome: &Receiver<Done<T>>, timeout: Duration) -> Result<T, Silence> {
    match outcome.recv_timeout(timeout) {
        Ok(outcome) => outcome.map_err(Silence::Refused),
        Err(RecvTimeoutError::Timeout) => Err(Silence::Timeout),
        Err(RecvTimeoutError::Disconnected) => Err(Silence::NoThread),
    }
}
