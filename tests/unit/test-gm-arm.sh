#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SM2's field and scalars built for 64-bit Arm, under qemu: every implementation
# has the results that they have here.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

compiler=aarch64-linux-gnu-gcc
here=$build/tests/unit/gm-field-trace
area=$top/plugins/crypto-gm
rounds=300

# compile NAME FLAGS...
compile() {
	name=$1
	shift
	"$compiler" -std=gnu11 -static -Wall -Wextra -Wconversion -Werror "$@" \
		-I"$top" "$top/tests/unit/gm-field-trace.c" "$area/fe.c" \
		"$area/fe_portable.c" "$area/fe_aarch64.S" "$area/modinv.c" \
		"$area/sc.c" -o "$work/$name"
}

# same NAME PATH: what both print for it.
same() {
	"$here" portable $rounds >"$work/want" &&
		qemu-aarch64 "$work/$1" "$2" $rounds >"$work/got" &&
		cmp "$work/want" "$work/got"
}

if have "$compiler" && have qemu-aarch64; then
	check "the arithmetic builds for 64-bit Arm" compile optimised -O2
	check "and without optimisation" compile plain -O0
	check "its portable path has our results" same optimised portable
	check "its own path has our results" same optimised aarch64
	check "and so it has without optimisation" same plain aarch64
else
	skip "SM2's arithmetic on 64-bit Arm" "there is no $compiler or qemu"
fi
done_testing
