#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: CC=... list-asserts.sh INCLUDE_DIRECTORY LAYOUT
# Writes bsn/helpers/layout.h: of every member of LAYOUT, which list-layout.sh has
# written, the offset and the size, as assertions for a compiler. A structure may
# have grown behind them.
set -eu
abi=$1
layout=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

headers() {
	echo '#include "../bsn.h"'
	(cd "$abi" && printf '#include "../%s"\n' bsn/ext/*.h) |
		sed 's,\.\./bsn/,../,'
}

# The compiler tells a size by that of an array, so that it may be another CPU's.
sizes() {
	headers | sed 's,"\.\./\(.*\)",<bsn/\1>,' >"$work/sizes.c"
	awk '!/^#/ && $3 != "(size)" {
		printf "char s%d[sizeof(((struct %s *)0)->%s)];\n", NR, $1, $3
	}' "$layout" >>"$work/sizes.c"
	${CC:-cc} -std=c11 -ffreestanding -fno-common -I"$abi" -c \
		-o "$work/sizes.o" "$work/sizes.c"
	nm -S "$work/sizes.o" | sed 's/^[0-9a-f]* \([0-9a-f]*\) . s\(.*\)/\2 \1/'
}

sizes >"$work/sizes"
cat <<'END'
/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/helpers/layout.h: offsets and sizes of all members of the ABI where pointers
 * have 64 bits, as assertions: what includes it does not compile against headers
 * that lay something out otherwise. Made by `make abi-golden`. A convenience for
 * plugin authors; not part of the ABI.
 */
#ifndef BSN_HELPERS_LAYOUT_H
#define BSN_HELPERS_LAYOUT_H

END
headers
cat <<'END'

#if UINTPTR_MAX == UINT64_MAX

/* An array of 1 item, or of a number that no array has. */
#define BSN_LAYOUT(name, holds) extern int bsn_layout_##name[(holds) ? 1 : -1]
#define BSN_LAYOUT_IS(type, member, offset, length)                            \
	BSN_LAYOUT(type##_##member,                                            \
		   offsetof(struct type, member) == (offset) &&                \
			   sizeof(((struct type *)0)->member) == (length))
#define BSN_LAYOUT_LEAST(type, length)                                         \
	BSN_LAYOUT(of_##type, sizeof(struct type) >= (length))

END
awk '
	FNR == NR {
		hex = tolower($2)
		n = 0
		for (i = 1; i <= length(hex); i++)
			n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
		size[$1] = n
		next
	}
	/^#/ { next }
	$3 == "(size)" { printf "BSN_LAYOUT_LEAST(%s, %s);\n", $1, $2; next }
	{ printf "BSN_LAYOUT_IS(%s, %s, %s, %d);\n", $1, $3, $2, size[FNR] }
	' "$work/sizes" "$layout"
cat <<'END'

#endif

#endif /* BSN_HELPERS_LAYOUT_H */
END
