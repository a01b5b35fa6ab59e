# shellcheck shell=bash
# What a Windows program asks for, and Wine to run it in. To be sourced behind debian.sh, with `prefix`
# set: Wine's folders, made for one run.
set -euo pipefail

# What Windows 10 and Server 2016 have, and Wine, but for bcryptprimitives.dll.
system_dlls=(api-ms-win-core-synch-l1-2-0.dll bcryptprimitives.dll kernel32.dll msvcrt.dll ntdll.dll
    userenv.dll ws2_32.dll)

imports() { # imports FILE: the DLLs that it asks for when it is started
    with_debian "$(tool x86_64-w64-mingw32-objdump)" --private-headers "$1" |
        sed -n 's/^[[:space:]]*DLL Name: //p' | tr '[:upper:]' '[:lower:]' | LC_ALL=C sort --unique
}

only_system() { # only_system FILE: whether all of them are there on every Windows
    local asked foreign
    asked=$(imports "$1") || return 1
    [[ $asked == *kernel32.dll* ]] || { echo "$1: its DLLs cannot be listed" >&2; return 1; }
    ! foreign=$(grep --invert-match --line-regexp --fixed-strings --file=<(printf '%s\n' "${system_dlls[@]}") <<<"$asked") ||
        { echo "$1 asks for ${foreign//$'\n'/, }" >&2; return 1; }
    echo "it asks for ${asked//$'\n'/, }"
}

in_wine() { # in_wine PROGRAM [ARGUMENT...]: in Wine's folders made for this run
    with_debian env HOME="${prefix:?}" WINEPREFIX="$prefix" WINEDEBUG=-all LANG=en LC_ALL= \
        WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=" timeout 900 "$@"
}

wine() {
    in_wine "$(part lib/wine/wine64)" "$@"
}

# start_wine PROGRAM [ARGUMENT...]: starts Wine by running this. It lacks zlib, which Debian keeps elsewhere,
# and bcryptprimitives.dll.
start_wine() {
    local system=$prefix/drive_c/windows/system32
    unpack wine64 || return 1
    rm -rf "$prefix"
    mkdir -p "$system"
    cp "$(part x86_64-w64-mingw32/lib/zlib1.dll)" "$system" &&
        with_debian "$(tool x86_64-w64-mingw32-gcc-win32)" -shared -o "$system/bcryptprimitives.dll" \
            tests/windows/bcryptprimitives.c -ladvapi32 || return 1
    # The server first: the script that Wine would start it by looks for it in /usr/lib.
    trap stop_wine EXIT
    in_wine "$(part lib/wine/wineserver64)" -p60 && wine "$@"
}

stop_wine() {
    in_wine "$(part lib/wine/wineserver64)" -k || true
    rm -rf "$prefix"
}
