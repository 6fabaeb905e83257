#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/standard.md is what the headers and the tool say: the rows of
# bsn/standard.h with their titles, and the checks of bsn-conform --list. After a
# change of the checks: make standard.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

document=$top/docs/standard.md
header=$top/abi/bsn/standard.h

# "1 function.sm2 1 Signatures with SM2", a line a row.
header_rows() {
	{ tr -d '\n' <"$header"; echo; } | sed 's/\\[[:space:]]*/ /g; s/X([0-9], "/\n&/g' |
		sed -n 's/^X(\([12]\), "\([^"]*\)", \([01]\), *"\([^"]*\)".*/\1 \2 \3 \4/p'
}

document_rows() {
	awk '/^## Table / { table = substr($3, 1, 1) }
		/^## / && !/^## Table / { table = "" }
		/^### / && table { row = $2; next }
		row && NF {
			required = / \(.*\), required\.$/ ? 1 : 0
			sub(/ \([^()]*\), (required|optional)\.$/, "")
			print table, row, required, $0
			row = ""
		}' "$document"
}

rows_agree() {
	header_rows >"$work/header" && document_rows >"$work/document"
	[ "$(wc -l <"$work/header")" -ge 30 ] || return 1
	diff -u "$work/header" "$work/document"
}

list() {
	"$build/bsn-conform" --list >"$work/list"
}

checks_agree() {
	sh "$top/tests/conform/list-checks.sh" "$work/list" "$document" |
		diff -u "$document" -
}

each_check_stands_once() {
	cut -d' ' -f1 "$work/list" | sort >"$work/ids"
	sed -n 's/^- `\([^`]*\)` (L[0-4]): .*/\1/p' "$document" | sort |
		diff -u "$work/ids" -
}

levels_agree() {
	for level in L0 L1 L2 L3 L4; do
		grep -q "^| $level | " "$document" || return 1
	done
}

check "its rows are those of bsn/standard.h" rows_agree
check "bsn-conform lists its checks" list
check "its checks are those that bsn-conform has" checks_agree
check "each check stands in one place" each_check_stands_once
check "it has every level" levels_agree
done_testing
