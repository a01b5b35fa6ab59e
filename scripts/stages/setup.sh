# shellcheck shell=bash
# What the stages need beside the checkout, and where it is kept. Downloads go to target/tools, so
# that they survive from run to run; KHOALAI_TOOLS names another place.
set -euo pipefail

tools=${KHOALAI_TOOLS:-$PWD/target/tools}
PATH=$tools/bin:$tools/unpacked/usr/bin:$PATH

# need COMMAND PACKAGE: installs a Debian package where the command is missing. Without root it is
# unpacked under target/tools; that is enough for programs that bring their own libraries.
need() {
    local command=$1 package=$2
    if ! command -v "$command" >/dev/null; then
        command -v apt-get >/dev/null || not_run "no $command here, and no apt-get to fetch $package with"
        if [[ $(id -u) -eq 0 ]]; then
            apt_install "$package" || not_run "apt-get could not install $package"
        else
            mkdir -p "$tools/unpacked"
            (cd "$tools" && apt-get download "$package" && dpkg-deb -x "$package"_*.deb unpacked) ||
                not_run "apt-get could not download $package"
        fi
    fi
    printf '%-10s %s\n' "$command" "$(command -v "$command")"
}

# The lists of a fresh machine may be empty or old: they are renewed only if it does not work without.
apt_install() {
    local install=(apt-get install --yes --quiet --no-install-recommends "$1")
    DEBIAN_FRONTEND=noninteractive "${install[@]}" ||
        { apt-get update --quiet && DEBIAN_FRONTEND=noninteractive "${install[@]}"; }
}

# Ends a stage that takes too long for every day.
slow() {
    [[ ${KHOALAI_SLOW-} == yes ]] || not_run "slow: KHOALAI_SLOW=yes runs it"
}

stage_setup() {
    need git git
    need cc gcc
    need python3 python3
    need nm binutils
    need readelf binutils
    need shellcheck shellcheck
    python3 -c 'import tomllib' || not_run "python3 is older than 3.11"
    # rust-toolchain.toml says which toolchain; rustup fetches it when it is first asked for.
    rustc --version
    cargo fmt --version
    cargo clippy --version
    cargo fetch --locked
    need c++ g++
    python3 -c 'import ensurepip' 2>/dev/null || [[ $(id -u) -ne 0 ]] || apt_install python3-venv || true
    begin_ahead
}
