#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A vendor's plugin builds against what is installed, with nothing but what
# pkg-config says, and passes the host's scan.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/abi/installation.sh"

cp "$top/tests/abi/sample-plugin.c" "$work/sample.c"

ask() {
	with_abi pkg-config "$@" bsn-abi
}

build_sample() {
	# shellcheck disable=SC2046,SC2086
	cd "$work" && $1 $2 -shared -fPIC -fvisibility=hidden -Wall -Wextra \
		-Wno-unused-parameter -Werror $(ask --cflags) sample.c \
		-Wl,-z,defs -o "$3"
}

scan_sample() {
	scan "$work/$1" com.example.sample 1.0.0 4 'runtime sample'
}

check "headers and bsn-abi.pc are installed" install_abi
check "pkg-config gives the headers' directory" sh -c \
	"test -n \"$(ask --cflags)\""
check "pkg-config names the plugin directory" sh -c \
	"test -n \"$(ask --variable=plugindir)\""
check "pkg-config names the program that judges plugins" sh -c \
	"expr \"$(ask --variable=conform)\" : '.*/bin/bsn-conform\$'"
check "the sample builds as C" build_sample "${CC%% *}" -std=c99 c.so
check "the sample passes the host's scan" scan_sample c.so
check "the sample builds as C++" build_sample "${CXX%% *}" '-x c++ -std=c++17' \
	cxx.so
check "and passes it too" scan_sample cxx.so
done_testing
