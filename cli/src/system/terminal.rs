//! Asking without echo.

use std::io::Result;

/// Asks at the terminal, wherever stdin and stdout lead.
#[cfg(unix)]
pub(crate) fn ask(question: &str) -> Result<String> {
    rpassword::prompt_password(question)
}

/// The question goes to stderr, which `std` writes in Unicode: written to the console as bytes, Vietnamese
/// would come out in its code page.
#[cfg(windows)]
pub(crate) fn ask(question: &str) -> Result<String> {
    use std::io::Write;
    write!(std::io::stderr().lock(), "{question}")?;
    rpassword::read_password()
}
