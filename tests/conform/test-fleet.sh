#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tool, judged: each of the fleet of wrong plugins is found by the check that
# the fleet's table names, with that verdict; without a fault the same plugins
# conform; and nothing is left behind.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/conform/conform.sh"
make_variant=$build/tests/bad-plugins/fleet/make-variant
workload=$top/plugins/engine-fisco/engine-fisco.workload.json
mkdir "$work/results" "$work/cwd"

# A fault that shows only now and then is given its time.
seeds=100

# find NAME VERDICT CHECK: its report, and whether it says that.
find_fault() {
	dir=$work/$1
	mkdir "$dir"
	"$make_variant" "$build" "$1" "$dir/plugin.so" || return 1
	# Whoever hangs hangs for good; the others have their time.
	seconds=60
	[ "$2" = HUNG ] && seconds=4
	(cd "$work/cwd" &&
		"$conform" "$dir/plugin.so" --plugin-dir "$plugins" \
			--workload "$workload" --format none \
			--json "$dir/report" --only "$3" --seeds $seeds \
			--timeout $seconds --jobs 1 2>"$dir/err")
	status=$?
	rm -rf "$dir/plugin.so"
	case $2 in
	REFUSED) [ $status -eq 3 ] && [ -s "$dir/err" ] && return 0 ;;
	*)
		[ $status -eq 1 ] || [ $status -eq 3 ] &&
			said "$dir/report" "$2" "$3" && return 0
		;;
	esac
	echo "exit status $status instead of $2 by $3"
	cat "$dir/err"
	jq -r '.. | objects | select(has("verdict") and has("id")) |
		"\(.verdict) \(.id): \(.summary)"' "$dir/report" | head -n 5
	return 1
}

# said REPORT VERDICT CHECK
said() {
	jq -e --arg verdict "$2" --arg id "$3" 'any(.. | objects;
		.id? == $id and .verdict? == $verdict)' "$1" >/dev/null
}

# One of two at a time: their results are told in the table's order.
judge_all() {
	"$make_variant" --list >"$work/list"
	for half in 0 1; do
		awk -v half=$half 'NR % 2 == half' "$work/list" |
			while IFS='	' read -r name kind verdict id sentence; do
				find_fault "$name" "$verdict" "$id" \
					>"$work/results/$name" 2>&1 ||
					echo "failed" >>"$work/results/$name"
				rm -rf "${work:?}/$name"
			done &
	done
	wait
}

tell() {
	cat "$work/results/$1"
	! grep -q '^failed$' "$work/results/$1"
}

conforms() {
	"$make_variant" "$build" "$1" "$work/good.so" &&
		judge 0 "$work/good.so" --workload "$workload" --format tap \
			--level L2
}

nothing_is_left() {
	[ -z "$(ls -A "$work/cwd")" ] || return 1
	! grep -l "$work" /proc/[0-9]*/maps 2>/dev/null | grep .
}

check 'without a fault the engine conforms' conforms none
check 'without a fault the algorithms conform' conforms crypto-none
judge_all
while IFS='	' read -r name kind verdict id sentence; do
	check "$name: $sentence $verdict by $id" tell "$name"
done <"$work/list"
check 'no process and no file is left behind' nothing_is_left
done_testing
