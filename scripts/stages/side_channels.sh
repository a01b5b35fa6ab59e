# shellcheck shell=bash
# What can be seen of operations from outside. What takes long is for people: scripts/secret-dependence,
# scripts/address-traces, scripts/timing-leaks.
set -euo pipefail

stage_instructions() {
    need valgrind valgrind
    # Unpacked and not installed, it does not find its own parts.
    [[ ! -d ${tools:?}/unpacked/usr/libexec/valgrind ]] || export VALGRIND_LIB=$tools/unpacked/usr/libexec/valgrind
    scripts/instructions
    scripts/instructions --prove
}
