//! English.

use super::Text;

pub(super) const TEXT: Text = Text {
    about: "Hybrid post-quantum keys: key exchange and signatures that hold as long as either half does.",
    usage_heading: "Usage:",
    commands_heading: "Commands:",
    arguments_heading: "Arguments:",
    options_heading: "Options:",
    more_help: "Exit codes and files: khoalai --help",
    exit_codes: "\
Exit codes:
  0  done
  1  signature or ciphertext refused
  2  wrong command line
  3  malformed input, wrong key, unknown algorithm
  4  refused by policy: TEST ONLY key, classical only, overwriting a private key, terminal, cost
  5  file or system error
  6  random source failed, or the key's device cannot answer now
  7  self-test failed",
    files_help: "\
Files:
  KEY, PUB     PEM or DER, told apart by content; a certificate may serve as PUB, and keys of OpenSSH as both
  CT, SS, SIG  raw bytes
  -            stdin or stdout
Private keys and shared secrets are written with mode 0600 (on Windows with the rights of their folder), whole
or not at all, never to a terminal.
Keys with the PEM label TEST ONLY PRIVATE KEY or TEST ONLY PUBLIC KEY are refused without --allow-test-keys.",
    notice: "\
Civil cryptography software, neither evaluated nor certified. Not for state secrets of Vietnam: the law
reserves those for the cipher service's own cryptography (Decree 333/2026/NĐ-CP, article 10).",
    help_help: "Print this help",
    version_help: "Print the version",
    json_help: "Print one JSON object instead of text, for errors as well",
    lang_help: "Language: Vietnamese or English [default: from LC_ALL, LC_MESSAGES, LANG]",

    see_help: "See: khoalai --help, or khoalai COMMAND --help.",
    unknown_argument: "unknown argument '{}'.",
    unknown_command: "unknown command '{}'.",
    missing_argument: "missing: {}.",
    missing_command: "no command is given.",
    missing_value: "'{}' needs a value.",
    invalid_value: "'{}' is not possible for '{}'.",
    conflicting_arguments: "'{}' does not go together with '{}'.",
    repeated_argument: "'{}' is given more than once.",
    not_utf8: "an argument is not UTF-8.",
    bad_command_line: "the command line cannot be understood.",
    did_you_mean: "Did you mean '{}'?",

    algorithms_about: "List the algorithms: sizes in bytes, standards, implementations",
    keygen_about: "Make a private key and its public key",
    public_about: "Write the public key of a private key",
    encapsulate_about: "Make a shared secret for the owner of a public key",
    decapsulate_about: "Open a ciphertext and get the shared secret",
    sign_about: "Sign a file",
    verify_about: "Verify a signature over a file",
    selftest_about: "Compare every algorithm with known answers, and both implementations with each other",
    demo_about: "Tell the whole story in one go: exchange, signature, and every refusal. Writes no files",

    algorithm_help: "Name of the algorithm, as `khoalai algorithms` lists it",
    keygen_output_help: "Where the private key goes",
    keygen_public_help: "Where the public key goes",
    encrypt_help: "Encrypt the private key under a passphrase (PBES2: AES-256, scrypt)",
    passphrase_file_help: "Read the passphrase from the first line of FILE, which only you may be able to read",
    der_help: "Write DER instead of PEM",
    test_only_help: "Mark the keys TEST ONLY",
    force_help: "Write over an existing private key",
    allow_test_keys_help: "Accept keys marked TEST ONLY",
    key_help: "The private key",
    pub_help: "The signer's public key or certificate",
    public_output_help: "Where the public key goes [default: -]",
    to_help: "The receiver's public key or certificate",
    ciphertext_out_help: "Where the ciphertext goes, for the receiver",
    ciphertext_in_help: "The ciphertext",
    secret_help: "Where the shared secret goes (32 bytes; keep it secret)",
    context_help: "What the signature is for; the same TEXT, byte for byte, is needed to verify (at most 255 bytes)",
    file_help: "The document, of any length",
    signature_out_help: "Where the signature goes",
    signature_in_help: "The signature",
    explain_help: "Tell which half of a composite signature fits",
    demo_file_help: "A document of yours to sign and verify [default: a text of its own]",

    keygen_done: "{}: private key written to {}.",
    public_done: "{}: public key written to {}.",
    encapsulate_done: "{}: ciphertext written to {}, shared secret to {}.",
    decapsulate_done: "{}: shared secret written to {}.",
    sign_done: "{}: {} ({} bytes) signed, signature written to {}.",
    verify_done: "VALID: {} is what the owner of this {} key signed.",
    selftest_done: "All {} self-tests passed.",
    demo_done: "All {} steps went as they must: what is right was accepted, everything else refused.",

    same_file: "The same file or stream is named twice. Name a different one for each.",
    passphrase_needed: "This needs a passphrase, and there is no terminal to ask at. Use one, or (not on Windows) \
        --passphrase-file.",
    passphrase_empty: "An empty passphrase protects nothing. Choose another.",
    passphrase_differs: "The two passphrases differ; nothing was written. Try again.",
    device_name: "Windows takes this name for a device. Choose another name.",
    not_public: "This is a private key; a public key or certificate is needed. Make it with: khoalai public.",
    not_private: "This is a public key or a certificate; the private key is needed.",
    too_large: "The file is longer than anything of its kind. Check that it is the right one.",
    made_apart: "The halves of these keys are always made apart. Make an X-Wing key: it is the same on the wire.",
    would_overwrite: "There is a file that must not be lost. Choose another name, or for keygen use --force.",
    terminal: "Secrets and raw bytes are not written to a terminal. Name a file, or pipe the output on.",
    passphrase_file_open: "Others can read the passphrase file, or it is not yours. Do: chmod 600.",
    passphrase_file_unsupported: "On Windows khoalai cannot tell who else reads the passphrase file. Leave out \
        --passphrase-file, and type the passphrase.",
    read_failed: "cannot be read: {}. Check the path and the permissions.",
    write_failed: "cannot be written: {}. Nothing was left half-written; check the path and the space.",
    io_not_found: "no such file or directory",
    io_denied: "permission denied",
    io_directory: "it is a directory",
    io_not_directory: "a part of the path is not a directory",
    io_full: "no space left",
    io_read_only: "the file system is read-only",
    io_broken_pipe: "the reader has gone",
    algorithms_advice: "See: khoalai algorithms.",
    allow_test_keys_advice: "(--allow-test-keys)",
    test_only_der_advice: "DER has no place for the mark: leave out --der.",

    certificate_not_checked: "Warning: only the public key was taken from the certificate. Its chain, its dates and \
        its revocation were NOT checked; check them before you trust it.",
    test_only_key: "Warning: this key is marked TEST ONLY. Protect nothing with it.",
    passphrase_new: "New passphrase for {}: ",
    passphrase_again: "Once more, for {}: ",
    passphrase_for: "Passphrase for {}: ",
    reading: "Reading",

    column_name: "Name",
    column_use: "Use",
    column_category: "Category",
    column_public: "Public",
    column_private: "Private",
    column_sent: "Sent",
    column_keygen: "keygen",
    column_status: "Status",
    column_document: "Defined in",
    column_code: "Implemented by",
    use_kem: "KEM",
    use_signature: "signature",
    use_half: "half",
    status_standard: "standard",
    status_draft: "draft",
    status_private: "private",
    status_legacy: "legacy",
    two_halves: "two halves",
    yes: "yes",
    no: "no",
    half_fits: "fits",
    half_fails: "does NOT fit",
    halves_line: "post-quantum half {}, classical half {}",
    known_answer: "known answer",
    cross_check: "cross-check",
    passed: "passed",
    failed: "FAILED",

    demo_ok: "ok",
    demo_bad: "WRONG",
    demo_exchange: "Hybrid key exchange: An and Bình agree on a secret",
    demo_key: "Bình makes an {} key and publishes the public key ({} bytes)",
    demo_encapsulate: "An makes a shared secret for him and sends the ciphertext ({} bytes) and a confirmation",
    demo_agree: "Bình opens it: the confirmation fits, both have the same secret",
    demo_break_pq: "One bit of the {} half is broken on the way: Bình gets another secret, the confirmation does not \
        fit, refused",
    demo_break_classical: "One bit of the {} half is broken on the way: the confirmation does not fit, refused",
    demo_zero_share: "A share that makes the X25519 secret zero: refused",
    demo_off_curve: "With MLKEM768-P256, a share that is not on the curve: refused before the key is used",
    demo_signature: "Composite signature: An signs a document",
    demo_signing_key: "An makes a {} key and publishes the public key ({} bytes)",
    demo_document: "Minutes of the meeting: the bridge is to be built.",
    demo_own_document: "a document of its own",
    demo_signed: "She signs {} ({} bytes): a signature of {} bytes",
    demo_verified: "Bình verifies it: valid",
    demo_tampered: "The document with one bit changed: refused",
    demo_break_half: "One bit of the {} half broken: {}, refused",
};
