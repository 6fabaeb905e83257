#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a version 1.0 or later of the ABI has laid down, in abi/golden/VERSION,
# every later minor of its major contains: members at the same offsets, of the same
# sizes and types, arguments, codes, constants. After the version was set:
# make abi-freeze.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/abi/mutations.sh"

major=$(sed -n 's/^#define BSN_ABI_MAJOR \([0-9]*\)u$/\1/p' \
	"$top/abi/bsn/base.h")

# freeze INCLUDE_DIRECTORY VERSION_DIRECTORY
freeze() {
	mkdir "$2" && sh "$top/tests/abi/list-layout.sh" "$1" >"$work/list" &&
		sh "$top/tests/abi/list-asserts.sh" "$1" "$work/list" \
			>"$2/layout.h" &&
		sh "$top/tests/abi/list-declarations.sh" "$1" \
			>"$2/declarations.txt"
}

# lays_out_as VERSION_DIRECTORY INCLUDE_DIRECTORY COMPILER
lays_out_as() {
	rm -rf "$work/laid"
	mkdir "$work/laid" && cp -R "$2/bsn" "$work/laid/" &&
		chmod -R u+w "$work/laid" &&
		cp "$1/layout.h" "$work/laid/bsn/helpers/layout.h" &&
		compiles_layout "$work/laid" "$3"
}

# declares_as VERSION_DIRECTORY INCLUDE_DIRECTORY
declares_as() {
	sh "$top/tests/abi/list-declarations.sh" "$2" >"$work/now" &&
		awk -f "$top/tests/abi/grown.awk" "$1/declarations.txt" \
			"$work/now"
}

# changed HEADER SED_PROGRAM: a copy of the headers in $work/changed.
changed() {
	rm -rf "$work/changed"
	mkdir "$work/changed" && cp -R "$top/abi/bsn" "$work/changed/" &&
		chmod -R u+w "$work/changed" &&
		sed -i "$2" "$work/changed/bsn/$1" &&
		! cmp -s "$top/abi/bsn/$1" "$work/changed/bsn/$1"
}

takes() {
	changed "$@" && lays_out_as "$work/now-frozen" "$work/changed" \
		"${CC##* }" && declares_as "$work/now-frozen" "$work/changed"
}

# refuses layout|declarations HEADER SED_PROGRAM
refuses() {
	what=$1
	shift
	changed "$@" || return 1
	case $what in
	layout) ! lays_out_as "$work/now-frozen" "$work/changed" "${CC##* }" ;;
	*) ! declares_as "$work/now-frozen" "$work/changed" ;;
	esac
}

for version in "$top/abi/golden/$major".*; do
	[ -d "$version" ] || continue
	name=${version##*/}
	check "all of $name is laid out as it was" \
		lays_out_as "$version" "$top/abi" "${CC##* }"
	if have aarch64-linux-gnu-gcc; then
		check "so it is on aarch64" lays_out_as "$version" "$top/abi" \
			aarch64-linux-gnu-gcc
	fi
	check "all of $name is declared as it was" \
		declares_as "$version" "$top/abi"
done

check "what there is now can be frozen" freeze "$top/abi" "$work/now-frozen"
check "it is laid out as it is" lays_out_as "$work/now-frozen" "$top/abi" \
	"${CC##* }"
check "it is declared as it is" declares_as "$work/now-frozen" "$top/abi"
cp -R "$top/abi" "$work/abi" && chmod -R u+w "$work/abi" &&
	cp "$work/now-frozen/layout.h" "$work/abi/bsn/helpers/layout.h"
check "an offset that changes in any header is noticed" \
	all_mutations_are_noticed "$work/abi" 1
check "a member behind the others may come" takes engine.h \
	's/^} bsn_engine;/	uint64_t more;\n&/'
check "a further constant may come" takes host.h \
	's/^#define BSN_CHAIN_READONLY .*/&\n#define BSN_CHAIN_MORE 4u/'
check "a further status code may come" takes base.h \
	's/X(BSN_E_INVALID, -1/X(BSN_MORE, 99, "more", 500, "More.") &/'
check "a row of the standard may come" takes standard.h \
	's/^\(	X(2, "event.contract".*\)$/\1 X(2, "more.row", 0, "a", \\/
	s/^\(	  "合约事件")\)$/\1 "b") X(2, "more.other", 0, "c", "d")/'
check "but none that is required" refuses declarations standard.h \
	's/^\(	X(2, "event.contract".*\)$/\1 X(2, "more.row", 1, "a", \\/
	s/^\(	  "合约事件")\)$/\1 "b")/'
check "the minor version may" takes base.h \
	's/^\(#define BSN_ABI_MINOR\) .*/\1 99u/'
check "the major version may not" refuses declarations base.h \
	's/^\(#define BSN_ABI_MAJOR\) .*/\1 99u/'
check "a constant that has another value is noticed" refuses declarations \
	host.h 's/^\(#define BSN_TX_INVALID\) 3u/\1 4u/'
check "a status code that has another value is noticed" refuses declarations \
	base.h 's/X(BSN_FROZEN, 18/X(BSN_FROZEN, 19/'
check "a further required member is noticed" refuses declarations engine.h \
	's/BSN_BLOCK_OPS_REQUIRED(X) X(get)/& X(verify)/'
check "a changed argument is noticed" refuses declarations host.h \
	's/uint64_t delay_ms);/int64_t delay_ms);/'
check "a member that is gone is noticed" refuses layout host.h \
	'/^	uint64_t connected;/d'
check "a member of another size is noticed" refuses layout host.h \
	's/^	uint64_t connected;/	uint32_t connected;/'
check "a last member of another size is noticed" refuses layout engine.h \
	's/^	uint64_t want; /	uint8_t want; /'
check "two members that change places are noticed" refuses layout host.h \
	's/^	uint64_t members;/	uint64_t connected_x;/
	s/^	uint64_t connected;/	uint64_t members;/
	s/connected_x/connected/'
done_testing
