# shellcheck shell=bash
# The C library as it is shipped and used.
set -euo pipefail

# After the stage tokens, which brings SoftHSM for one of them.
stage_ffi_examples() {
    scripts/ffi-examples --setup || not_run "the compilers and interpreters could not be installed"
    scripts/ffi-examples
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/ffi-examples --prove
}
