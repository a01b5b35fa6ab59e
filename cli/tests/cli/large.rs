//! Documents of any length in bounded memory.

use crate::support::{Dir, KHOALAI, Run};

const LENGTH: u64 = 256 * 1024 * 1024;
const MEMORY: u64 = 64 * 1024;

/// Runs its arguments and prints the most memory they took, in KiB.
const MEASURE: &str = "
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
";

#[test]
fn a_quarter_of_a_gigabyte_takes_less_than_64_mib() {
    let dir = Dir::new();
    let file = std::fs::File::create(dir.path("large")).unwrap();
    file.set_len(LENGTH).unwrap();
    // One for each kind of running hash: SHA-256, SHA-512, and SHAKE256 for μ of ML-DSA.
    for algorithm in ["MLDSA44-ECDSA-P256-SHA256", "MLDSA65-Ed25519-SHA512", "ML-DSA-44"] {
        dir.ok(&["keygen", algorithm, "-o", "key", "--public", "pub", "--force"]);
        for args in [
            &["sign", "--key", "key", "-o", "sig", "large"][..],
            &["verify", "--key", "pub", "--signature", "sig", "large"],
        ] {
            let mut command = dir.command("python3");
            command.args(["-c", MEASURE, KHOALAI]).args(args);
            let run = Run::of(command, b"");
            assert_eq!(run.code, 0, "{algorithm}: {}", run.err());
            let peak: u64 = run.out().trim().parse().unwrap();
            assert!(peak < MEMORY, "{algorithm}: {} took {peak} KiB", args[0]);
        }
    }
    // The last byte counts as well.
    let file = std::fs::OpenOptions::new().write(true).open(dir.path("large")).unwrap();
    std::os::unix::fs::FileExt::write_at(&file, b"x", LENGTH - 1).unwrap();
    dir.run(&["verify", "--key", "pub", "--signature", "sig", "large"]).fails(1, "VERIFICATION_FAILED");
}
