#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/standard.md is what the headers and the tool say: the rows of
# bsn/standard.h with their titles, the members that the headers require, and the
# checks of bsn-conform --list. After a change of the checks: make standard.
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

tables_agree() {
	sh "$top/tests/conform/list-tables.sh" "$top/abi/golden" "$document" |
		diff -u "$document" -
}

# Each list of required members is checked by the host, but for those of tables
# that are seen only when they are used.
required_are_checked() {
	sed -n 's/^#define \(BSN_[A-Z_]*_REQUIRED\)(X).*/\1/p' \
		"$top"/abi/bsn/*.h "$top"/abi/bsn/ext/*.h |
		grep -v -e BSN_TREE_REQUIRED -e BSN_IO_EVENTS_REQUIRED |
		sort >"$work/required"
	sed -n 's/^DEFINE_HAS(bsn_[a-z_]*, \(.*\))$/\1/p' \
		"$top"/host/plugin/check*.c | sort >"$work/checked"
	[ "$(wc -l <"$work/required")" -ge 20 ] || return 1
	diff -u "$work/required" "$work/checked"
}

# A check is of a row that there is, or of none.
checks_are_of_rows() {
	header_rows | cut -d' ' -f2 >"$work/rows"
	awk 'FNR == NR { row[$1] = 1; next }
		{
			of = $3 ~ /^[a-z]+\.[a-z0-9-]+$/ ? $3 : ""
			if (of != "" && !(of in row)) {
				print "no such row: " of
				bad = 1
			} else if (of != "")
				seen[of] = 1
		}
		END {
			for (r in row)
				if (!(r in seen)) {
					print "no check of " r
					bad = 1
				}
			exit bad
		}' "$work/rows" "$work/list"
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
check "its checks are of rows, and each row has one" checks_are_of_rows
check "its tables are those of the headers" tables_agree
check "the host checks what headers require" required_are_checked
check "each check stands in one place" each_check_stands_once
check "it has every level" levels_agree
done_testing
