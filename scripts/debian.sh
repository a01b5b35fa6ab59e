# shellcheck shell=bash
# Debian's own Rust with the source of its library, its linker, and QEMU. To be sourced.
#
# Nothing is installed: the packages are unpacked under target/tools (KHOALAI_TOOLS names another
# place). So nobody has to be root, no package of the machine has to make room, and no second cargo
# stands in the path.
set -euo pipefail

debian=${KHOALAI_TOOLS:-$PWD/target/tools}/debian

# unpack PACKAGE...: these, and what they need and the machine does not have.
unpack() {
    local package archive missing=()
    mkdir -p "$debian/unpacked" "$debian/archives"
    for package in "$@"; do
        [[ -e $debian/unpacked/$package ]] || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    # The lists of a fresh machine may be empty or old: they are renewed only if it does not work without.
    (cd "$debian/archives" && download "${missing[@]}") ||
        { apt-get update --quiet && (cd "$debian/archives" && download "${missing[@]}"); }
    for archive in "$debian"/archives/*.deb; do
        [[ ! -e $archive ]] || dpkg-deb --extract "$archive" "$debian"
    done
    rm -r "$debian/archives"
    (cd "$debian/unpacked" && touch "${missing[@]}")
}

download() {
    local packages
    packages=$(apt-get install --simulate --no-install-recommends "$@" | awk '/^Inst /{print $2}') || return 1
    # shellcheck disable=SC2086 # one word for each package
    [[ -z $packages ]] || apt-get download --quiet $packages
}

# part PATH: where it was unpacked, or where the machine has it.
part() {
    if [[ -e $debian/usr/$1 ]]; then echo "$debian/usr/$1"; else echo "/usr/$1"; fi
}

tool() { # tool NAME
    part "bin/$1"
}

# with_debian COMMAND...: runs it with what was unpacked, and with nothing of rustup.
with_debian() {
    local rustc libraries
    rustc=$(tool rustc) libraries=$debian/usr/lib/$(uname -m)-linux-gnu:$debian/lib/$(uname -m)-linux-gnu
    env -u RUSTUP_TOOLCHAIN -u RUSTC_WRAPPER LD_LIBRARY_PATH="$libraries" PATH="$debian/usr/bin:$PATH" \
        RUSTC="$rustc" RUSTDOC="$(tool rustdoc)" CARGO_TARGET_DIR="$PWD/target/debian" CARGO_INCREMENTAL=0 "$@"
}
