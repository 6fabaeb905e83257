#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The ABI is what abi/golden says. After an intended change: make abi-golden.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

same_as_golden() { # FILE LISTER COMPILER
	CC=$3 sh "$top/tests/abi/$2" "$top/abi" >"$work/$1" &&
		diff -u "$top/abi/golden/$1" "$work/$1"
}

# 1 when the list sees a change made to a copy of the headers.
notices() { # LISTER HEADER SED_PROGRAM
	rm -rf "$work/abi"
	cp -R "$top/abi" "$work/abi" && chmod -R u+w "$work/abi" || return 1
	sed -i "$3" "$work/abi/bsn/$2" || return 1
	cmp -s "$top/abi/bsn/$2" "$work/abi/bsn/$2" && return 1
	sh "$top/tests/abi/$1" "$top/abi" >"$work/before" &&
		sh "$top/tests/abi/$1" "$work/abi" >"$work/after" &&
		! cmp -s "$work/before" "$work/after"
}

if [ -f "$top/abi/golden/$HOST_CPU.txt" ]; then
	check "sizes and offsets on $HOST_CPU are as recorded" \
		same_as_golden "$HOST_CPU.txt" list-layout.sh "$CC"
else
	skip "sizes and offsets on $HOST_CPU are as recorded" \
		"abi/golden has no $HOST_CPU.txt"
fi
if have aarch64-linux-gnu-gcc; then
	check "sizes and offsets on aarch64 are as recorded" same_as_golden \
		aarch64.txt list-layout.sh aarch64-linux-gnu-gcc
else
	skip "sizes and offsets on aarch64 are as recorded" \
		"there is no aarch64-linux-gnu-gcc"
fi
check "declarations, codes and constants are as recorded" \
	same_as_golden declarations.txt list-declarations.sh "$CC"
check "the assertions of bsn/helpers/layout.h are of that layout" sh -c "
	sh $top/tests/abi/list-asserts.sh $top/abi \
		$top/abi/golden/x86_64.txt | \
		diff -u $top/abi/bsn/helpers/layout.h -"
check "every structure that the headers define is listed" sh -c "
	sed -n 's/^\\(typedef \\)*struct \\(bsn_[a-z_0-9]*\\) {.*/\\2/p' \
		$top/abi/bsn/*.h $top/abi/bsn/ext/*.h |
		sort -u >$work/defined
	cut -d' ' -f1 $top/abi/golden/x86_64.txt | grep bsn_ |
		sort -u | diff -u $work/defined -"
check "a member put before another is noticed" notices list-layout.sh \
	base.h 's/^\tuint64_t len; .. bytes ../\tuint32_t more; uint64_t len;/'
check "a renamed member is noticed" notices list-layout.sh \
	crypto.h 's/uint32_t block_len;/uint32_t blocklen;/'
check "a changed argument is noticed" notices list-declarations.sh \
	host.h 's/uint64_t delay_ms);/uint32_t delay_ms);/'
check "a changed status code is noticed" notices list-declarations.sh \
	base.h 's/X(BSN_FROZEN, 18/X(BSN_FROZEN, 19/'
check "a changed interface id is noticed" notices list-declarations.sh \
	host.h 's,"bsn.log/1","bsn.log/2",'
done_testing
