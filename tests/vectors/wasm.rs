//! The vectors inside WebAssembly, which has no files, no output and no test harness: the host gives
//! the files, prints what is said, and calls `run`.

use crate::support;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Prints a line.
    safe fn say(text: *const u8, len: usize);
    /// Whether a set is to be run.
    safe fn wanted(name: *const u8, len: usize) -> bool;
    /// Opens a file of `test-vectors` and tells its length; -1 if there is none.
    safe fn open(name: *const u8, len: usize) -> isize;
    /// Writes the contents of what was opened last.
    fn fill(to: *mut u8);
}

/// The contents of a file.
pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
    let len = usize::try_from(open(name.as_ptr(), name.len())).ok()?;
    let mut bytes = vec![0; len];
    // SAFETY: the host writes as many bytes as it said.
    unsafe { fill(bytes.as_mut_ptr()) };
    Some(bytes)
}

/// Runs every set that is wanted and returns how many those are. The first that fails says why and
/// traps.
#[unsafe(no_mangle)]
extern "C" fn run() -> usize {
    std::panic::set_hook(Box::new(|info| tell(&info.to_string())));
    let sets = crate::sets();
    support::all_are_run(&sets);
    let wanted = sets.iter().filter(|(name, _)| wanted(name.as_ptr(), name.len()));
    wanted
        .inspect(|(name, cases)| {
            support::run(name, cases);
            tell(name);
        })
        .count()
}

fn tell(text: &str) {
    say(text.as_ptr(), text.len());
}
