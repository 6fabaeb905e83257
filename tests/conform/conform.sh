# SPDX-License-Identifier: Apache-2.0
# What the tests of bsn-conform share. Sourced after tap.sh.
conform=$build/bsn-conform
plugins=$build/modules
bad=$build/tests/bad-plugins/modules

# judge STATUS ARGUMENT...: bsn-conform, and its exit status; what it said stays
# in $work/out and $work/err.
judge() {
	wanted=$1
	shift
	"$conform" --plugin-dir "$plugins" "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ $got -eq "$wanted" ] && return 0
	echo "exit status $got instead of $wanted"
	grep -v '^ok' "$work/out" | head -n 20
	head -n 5 "$work/err"
	return 1
}

# says TEXT: in one of its two outputs.
says() {
	grep -q -F -e "$1" "$work/out" "$work/err" && return 0
	echo "nothing said of: $1"
	head -n 20 "$work/out"
	cat "$work/err"
	return 1
}

# says_one_line TEXT: that, and nothing else, on the standard error.
says_one_line() {
	says "$1" || return 1
	[ "$(wc -l <"$work/err")" -eq 1 ] && return 0
	cat "$work/err"
	return 1
}
