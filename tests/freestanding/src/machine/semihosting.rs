//! Arm semihosting: the program stops at an agreed instruction, and who watches it (a debugger, QEMU)
//! does what register 0 names, with what register 1 points to.

use super::this::call;

const OPEN: usize = 0x01;
const WRITE: usize = 0x05;
const EXIT: usize = 0x18;
/// "The application has ended", against "with an error it did not expect".
const ENDED: usize = 0x2_0026;
const BROKE: usize = 0x2_0023;

/// Opens the console for writing; it becomes file 1.
pub(crate) fn open() {
    let (name, for_writing) = (c":tt", 4);
    call(OPEN, &[name.as_ptr().expose_provenance(), for_writing, name.count_bytes()]);
}

pub(crate) fn write(bytes: &[u8]) -> core::fmt::Result {
    let left = call(WRITE, &[1, bytes.as_ptr().expose_provenance(), bytes.len()]);
    if left == 0 { Ok(()) } else { Err(core::fmt::Error) }
}

pub(crate) fn exit(well: bool) -> ! {
    let reason = if well { ENDED } else { BROKE };
    // Where words have 64 bits it points to the reason and a code; where they have 32, it is the reason.
    #[cfg(target_pointer_width = "64")]
    call(EXIT, &[reason, 0]);
    #[cfg(target_pointer_width = "32")]
    super::this::call_with(EXIT, reason);
    loop {
        core::hint::spin_loop();
    }
}
