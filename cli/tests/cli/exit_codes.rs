//! Each exit code at least once, from what really causes it.

use crate::support::Dir;

#[test]
fn every_code_is_reached() {
    let dir = Dir::new();
    assert_eq!(dir.ok(&["keygen", "ML-DSA-44", "-o", "key", "--public", "pub"]).code, 0);
    dir.ok(&["sign", "--key", "key", "-o", "sig", "pub"]);
    dir.run(&["verify", "--key", "pub", "--signature", "sig", "key"]).fails(1, "VERIFICATION_FAILED");
    dir.run(&["sign", "--key", "key"]).fails(2, "USAGE");
    dir.run(&["sign", "--key", "key", "--context", &"x".repeat(256), "-o", "sig2", "pub"])
        .fails(2, "BAD_CONTEXT");
    dir.run(&["keygen", "ML-DSA-45", "-o", "key2"]).fails(3, "UNKNOWN_ALGORITHM");
    dir.run(&["keygen", "Ed25519", "-o", "key2"]).fails(4, "CLASSICAL_ONLY");
    dir.run(&["sign", "--key", "key", "-o", "sig2", "missing"]).fails(5, "READ_FAILED");
    // 6 is below, 7 in selftest.rs.
    assert_eq!(dir.names(), ["key", "pub", "sig"]);
}

/// A system whose random source fails: nothing is made of zeros, and nothing is written.
#[test]
fn a_failing_random_source_ends_with_code_6() {
    let dir = Dir::new();
    dir.ok(&["keygen", "X-Wing", "-o", "key", "--public", "pub"]);
    dir.ok(&["keygen", "MLDSA65-Ed25519-SHA512", "-o", "sign"]);
    // Short requests are those of the standard library, for names of temporary files and the like.
    dir.write(
        "fail.c",
        "#include <errno.h>\n#include <string.h>\n#include <sys/types.h>\n\
         ssize_t getrandom(void *out, size_t len, unsigned flags) {\n\
         (void)flags; if (len >= 32) { errno = EIO; return -1; } memset(out, 7, len); return (ssize_t)len; }\n",
    );
    let built = dir.shell("cc -shared -fPIC -o fail.so fail.c");
    assert_eq!(built.code, 0, "this test needs a C compiler: {}", built.err());
    for command in [
        "keygen X-Wing -o new --public new2",
        "keygen MLDSA65-Ed25519-SHA512 -o new",
        "encapsulate --to pub --ciphertext new --secret new2",
        "sign --key sign -o new pub",
        "selftest",
        "demo",
    ] {
        let run = dir.shell(&format!("LD_PRELOAD=./fail.so exec \"$K\" {command}"));
        run.fails(6, "RANDOM_FAILED");
        assert!(!dir.path("new").exists() && !dir.path("new2").exists(), "{command}");
    }
}
