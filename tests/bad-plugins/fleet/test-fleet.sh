#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fleet under the simulator: without a fault it is the engine that it is
# made from, and each fault that shows between nodes does what it says.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/sim/sim.sh"
make_variant=$build/tests/bad-plugins/fleet/make-variant
engine=fisco
engine_file=$work/engine.so

variant() {
	"$make_variant" "$build" "$1" "$engine_file"
}

trace() {
	run_sim "$@" --seeds 1..20 --trace >"$work/trace" || {
		tail -n 3 "$work/trace"
		return 1
	}
}

# Both have the same name, which a report begins with.
is_the_engine() {
	consensus=$1
	shift
	cp "$plugins/engine-fisco.so" "$engine_file" && trace "$@" &&
		mv "$work/trace" "$work/wanted" && variant none &&
		trace "$@" && cmp "$work/wanted" "$work/trace" &&
		[ "$(wc -l <"$work/trace")" -gt 10000 ]
}

# found FAULT WORD CONSENSUS OPTION...: a violation of this kind.
found() {
	consensus=$3
	variant "$1" || return 1
	word=$2
	shift 3
	run_sim "$@" --seeds 1..100 --quiet >"$work/out" 2>&1
	status=$?
	[ $status -eq 1 ] && grep -q "^VIOLATION $word" "$work/out" &&
		return 0
	echo "exit status $status"
	tail -n 5 "$work/out"
	return 1
}

# One module of each kind, and no name that is cut.
all_are_made() {
	"$make_variant" --list >"$work/list" || return 1
	[ "$(wc -l <"$work/list")" -gt 200 ] || return 1
	cut -f 1 "$work/list" | while read -r fault; do
		"$make_variant" "$build" "$fault" "$work/made" || exit 1
		[ -e "$work/made" ] || exit 1
		rm -r "$work/made"
	done
}

unknown_is_refused() {
	! "$make_variant" "$build" no-such-fault "$work/made" 2>"$work/err" &&
		grep -q 'no fault "no-such-fault"' "$work/err"
}

check "without a fault it is the engine, on PBFT" is_the_engine pbft -n 4 \
	-k 1500
check "so it is among liars" is_the_engine pbft -n 4 --byzantine 1 -k 1500
check "so it is on Raft" is_the_engine raft -n 3 -k 1500
check "so it is alone" is_the_engine solo -n 1 -k 300

check "all of the fleet are made" all_are_made
check "a fault that there is not is refused" unknown_is_refused

check "commits-what-it-checked is found" found commits-what-it-checked \
	'' pbft -n 4
check "commits-other-proposals is found" found commits-other-proposals \
	agreement pbft -n 4
check "answers-early-under-crashes is found" found \
	answers-early-under-crashes durability pbft -n 4
check "stuck-after-leader is found" found stuck-after-leader liveness \
	pbft -n 4
check "never-catches-up is found" found never-catches-up liveness pbft -n 4
check "never-passes-on is found" found never-passes-on liveness pbft -n 4
check "execution-reads-clock is found" found execution-reads-clock liveness \
	raft -n 3
check "execution-draws-random is found" found execution-draws-random \
	liveness raft -n 3
check "execution-by-address is found" found execution-by-address liveness \
	raft -n 3
check "syncs-unchecked is found" found syncs-unchecked '' pbft -n 4 \
	--byzantine 1
check "forgets-at-restart is found" found forgets-at-restart durability \
	raft -n 3
check "close-leaves-replies is found" found close-leaves-replies \
	"the ABI's rules" raft -n 3
check "closes-and-goes-on is found" found closes-and-goes-on \
	"the ABI's rules" raft -n 3
check "never-commits is found" found never-commits "the ABI's rules" raft -n 3
check "get-forgets is found" found get-forgets validity raft -n 3
check "takes-replays is found" found takes-replays '' raft -n 3
check "block-previous-wrong is found" found block-previous-wrong prefix \
	raft -n 3
check "block-announced-early is found" found block-announced-early agreement \
	raft -n 3
done_testing
