#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A vendor's plugin builds against what is installed, with nothing but what
# pkg-config says, and passes the host's scan.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

root=$work/root
cp "$top/tests/abi/sample-plugin.c" "$work/sample.c"

install_abi() {
	"$MAKE" -C "$build" DESTDIR="$root" install-bsnincludeHEADERS \
		install-bsnhelpersHEADERS install-bsnextHEADERS \
		install-pkgconfigDATA
}

# pkg-config on the installation alone.
ask() {
	PKG_CONFIG_LIBDIR=$(dirname "$(find "$root" -name bsn-abi.pc)") \
		PKG_CONFIG_SYSROOT_DIR=$root pkg-config "$@" bsn-abi
}

build_sample() {
	# shellcheck disable=SC2046,SC2086
	cd "$work" && $1 $2 -shared -fPIC -fvisibility=hidden -Wall -Wextra \
		-Wno-unused-parameter -Werror $(ask --cflags) sample.c \
		-Wl,-z,defs -o "$3"
}

# Arguments as the host passes them: file, id, version, kinds, timeout.
scan() {
	"$build/bsn-plugin-scan" "$work/$1" com.example.sample 1.0.0 4 60000 \
		3>&1 >/dev/null | tr -c '[:print:]' '\n' >"$work/report"
	cat "$work/report"
	[ "$(tail -1 "$work/report")" = d ] &&
		grep -q 'oruntime sample' "$work/report"
}

check "headers and bsn-abi.pc are installed" install_abi
check "pkg-config gives the headers' directory" sh -c \
	"test -n \"$(ask --cflags)\""
check "pkg-config names the plugin directory" sh -c \
	"test -n \"$(ask --variable=plugindir)\""
check "the sample builds as C" build_sample "${CC%% *}" -std=c99 c.so
check "the sample passes the host's scan" scan c.so
check "the sample builds as C++" build_sample "${CXX%% *}" '-x c++ -std=c++17' \
	cxx.so
check "and passes it too" scan cxx.so
done_testing
