#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A vendor's plugin builds against what is installed, with nothing but what
# pkg-config says, and passes the host's scan.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/abi/installation.sh"
. "$G_TEST_SRCDIR/tests/abi/mutations.sh"

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

# A vendor's own build stops when the headers are not the ABI.
kit_notices_a_change() {
	kit=$top/vendor-kit/acme.c
	"${CC##* }" -std=c11 -fsyntax-only "-I$include" "$kit" || return 1
	rm -rf "$work/mutated"
	mkdir "$work/mutated" && cp -R "$include/bsn" "$work/mutated/" &&
		awk -v k=1 -f "$top/tests/abi/mutate.awk" \
			"$include/bsn/host.h" >"$work/mutated/bsn/host.h" &&
		! "${CC##* }" -std=c11 -fsyntax-only "-I$work/mutated" "$kit"
}

check "headers and bsn-abi.pc are installed" install_abi
check "pkg-config gives the headers' directory" sh -c \
	"test -n \"$(ask --cflags)\""
check "pkg-config names the plugin directory" sh -c \
	"test -n \"$(ask --variable=plugindir)\""
check "pkg-config names the program that judges plugins" sh -c \
	"expr \"$(ask --variable=conform)\" : '.*/bin/bsn-conform\$'"
include=$(ask --cflags | sed -n 's/.*-I\([^ ]*\).*/\1/p')
check "the layout is what the installed headers say" compiles_layout \
	"$include" "${CC##* }"
check "an offset that changes in any of them is noticed" \
	all_mutations_are_noticed "$include" 1000
check "so it is by the kit" kit_notices_a_change
check "the sample builds as C" build_sample "$CC" -std=c99 c.so
check "the sample passes the host's scan" scan_sample c.so
check "the sample builds as C++" build_sample "$CXX" '-x c++ -std=c++17' \
	cxx.so
check "and passes it too" scan_sample cxx.so
done_testing
