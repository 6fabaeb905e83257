#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header of the ABI compiles alone, as C99, C11 and C++17, without a word
# from the compiler; and so does a plugin.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

strict='-Wall -Wextra -Wpedantic -Wno-unused-parameter -Werror'

compiles() { # COMPILER LANGUAGE STANDARD FILE
	# shellcheck disable=SC2086
	$1 -x "$2" -std="$3" $strict -I"$top/abi" -fsyntax-only "$4"
}

check_compiler() { # C_COMPILER C++_COMPILER
	for header in "$top"/abi/bsn/*.h "$top"/abi/bsn/ext/*.h \
		"$top"/abi/bsn/helpers/*.h; do
		name=${header#"$top"/abi/}
		# One that declares nothing must not leave the file empty.
		printf '#include <%s>\nextern int alone;\n' "$name" \
			>"$work/alone.c"
		check "$name as C99 ($1)" \
			compiles "$1" c c99 "$work/alone.c"
		check "$name as C11 ($1)" \
			compiles "$1" c c11 "$work/alone.c"
		check "$name as C++17 ($2)" \
			compiles "$2" c++ c++17 "$work/alone.c"
	done
	sample=$top/tests/abi/sample-plugin.c
	check "a plugin as C99 ($1)" compiles "$1" c c99 "$sample"
	check "a plugin as C++17 ($2)" compiles "$2" c++ c++17 "$sample"
}

compilers=0
for pair in 'gcc g++' 'clang clang++'; do
	# shellcheck disable=SC2086
	set -- $pair
	have "$1" && have "$2" || continue
	compilers=$((compilers + 1))
	check_compiler "$1" "$2"
done
[ "$compilers" -gt 0 ] || check_compiler "$CC" "$CXX"
done_testing
