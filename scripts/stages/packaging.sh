# shellcheck shell=bash
# The C library as it is shipped and used.
set -euo pipefail

# After the stage tokens, which brings SoftHSM for one of them.
stage_ffi_examples() {
    scripts/ffi-examples --setup || not_run "the compilers and interpreters could not be installed"
    scripts/ffi-examples
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/ffi-examples --prove
}

stage_ffi_glibc() {
    python3 -c 'import ensurepip' 2>/dev/null || [[ $(id -u) -ne 0 ]] || apt_install python3-venv || true
    scripts/ffi-platforms glibc-2.17
    scripts/ffi-platforms abi
    scripts/ffi-platforms --prove
}

stage_ffi_platforms() {
    slow
    scripts/ffi-platforms aarch64 i686 windows windows-i686
    scripts/ffi-platforms --prove
}
