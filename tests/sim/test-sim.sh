#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bsn-sim: the same seed is the same run; a chain that keeps its promises holds;
# one that does not is found, and found again.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/sim/sim.sh"

# status WANTED COMMAND...: the exit status; what was said is kept.
status() {
	wanted=$1
	shift
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ $got -eq "$wanted" ] && return 0
	echo "exit status $got instead of $wanted"
	tail -n 3 "$work/out"
	tail -n 3 "$work/err"
	return 1
}

says() {
	grep -q -e "$1" "$work/out" "$work/err" && return 0
	echo "nothing said of: $1"
	cat "$work/out" "$work/err"
	return 1
}

# One of the two has other addresses, another environment, memory that is filled.
same_trace() {
	run_sim -n 4 "$@" --trace >"$work/one" || return 1
	(
		MALLOC_PERTURB_=165 BSN_SIM_TEST=$work
		export MALLOC_PERTURB_ BSN_SIM_TEST
		have setarch && setarch -R true 2>/dev/null &&
			prefix='setarch -R'
		run_sim -n 4 "$@" --trace >"$work/two"
	) || return 1
	[ "$(wc -l <"$work/one")" -gt 1000 ] && cmp "$work/one" "$work/two"
}

# Endorsers, certificates, and signatures that are real.
same_trace_of_fabric() (
	engine=fabric consensus=$1 workload=tests/sim/$2.json
	shift 2
	same_trace -k 500 "$@"
)

differs() {
	run_sim -n 4 --seed 5 --trace >"$work/one" &&
		run_sim -n 4 --seed 6 --trace >"$work/two" &&
		! cmp -s "$work/one" "$work/two"
}

# A range runs each seed as if it ran alone.
range_is_alone() {
	run_sim -n 3 --seeds 3..5 -j 3 --trace >"$work/range" || return 1
	for seed in 3 4 5; do
		run_sim -n 3 --seed $seed --trace >"$work/alone" || return 1
		grep -v -e ' held, ' -e ' reorganisations$' -e '^trace ' "$work/alone" >"$work/lines"
		head -c 1000 "$work/lines" >"$work/head"
		grep -qF "$(tail -n 1 "$work/lines")" "$work/range" || return 1
	done
}

holds() {
	status 0 run_sim "$@" && says ' 0 violated: '
}

# Some transactions are built only after a while: the process that builds them
# may be gone then.
built_late_holds() {
	status 0 "$sim" --plugin-dir "$plugins" -c synod -n 3 --seeds 1..40 \
		-e "$fixtures/engine-cells.so" -w "$top/tests/sim/cells-later.json" \
		-p "$fixtures/consensus-synod.so" && says ' 0 violated: ' ||
		return 1
	status 0 "$sim" --plugin-dir "$plugins" -c synod -n 3 --seed 1 --trace \
		-e "$fixtures/engine-cells.so" -w "$top/tests/sim/cells-later.json" \
		-p "$fixtures/consensus-synod.so" || return 1
	[ "$(grep -c 'is in block' "$work/out")" -gt 20 ]
}

# Synod is not for liars.
liars_are_found() {
	status 1 run_sim -n 4 --byzantine 1 --seeds 1..100 --quiet &&
		says '^VIOLATION agreement' && cp "$work/out" "$work/found" &&
		replayed_alike "$work/found"
}

io_is_refused() {
	status 3 "$sim" --plugin-dir "$plugins" -c synod \
		-e "$fixtures/does-io.so" \
		-p "$fixtures/consensus-synod.so" && says BSN_PLUGIN_DOES_IO
}

no_plugin_is_refused() {
	status 3 "$sim" --plugin-dir "$plugins" -c synod \
		-p "$fixtures/consensus-synod.so" \
		-e "$build/tests/bad-plugins/modules/no-note.so" &&
		says 'BSN_PLUGIN_NOTE\|no BSN note\|note'
}

# The same file under other names is a plugin each time.
too_many_protocols_are_refused() {
	set --
	for copy in 1 2 3 4 5 6 7 8; do
		cp "$fixtures/consensus-synod.so" "$work/synod-$copy.so"
		set -- "$@" -p "$work/synod-$copy.so"
	done
	status 3 run_sim "$@" && says 'one protocol too many'
}

run_tally() {
	"$sim" --plugin-dir "$plugins" -n 1 -e "$fixtures/engine-tally.so" "$@"
}

# An engine that decides alone; what to ask of it stands beside it.
alone_holds() {
	cp "$fixtures/engine-tally.so" \
		"$top/examples/engine-tally/engine-tally.workload.json" \
		"$work" && status 0 "$sim" --plugin-dir "$plugins" -n 1 \
		-e "$work/engine-tally.so" --seeds 1..10 && says ' 0 violated: '
}

# Requests for a contract that nobody deploys.
hopeless_workload_is_refused() {
	sed 's/"contract": "tally"/"contract": "nowhere"/' \
		"$top/examples/engine-tally/engine-tally.workload.json" \
		>"$work/hopeless.json" && status 3 run_tally --seeds 1..50 \
		--keep-going -w "$work/hopeless.json" &&
		says 'no request of the workload can be built.*nowhere' &&
		! says 'VIOLATION\|held' >/dev/null &&
		[ "$(wc -l <"$work/err")" -eq 1 ]
}

# counts WANTED SED SAYS: what the workload says must be so, changed by SED.
counts() {
	sed "$2" "$top/tests/sim/counts.json" >"$work/counts.json" &&
		status "$1" run_tally --seeds 1..5 -w "$work/counts.json" &&
		says "$3"
}

prepared_comes_first() {
	status 0 run_tally --seed 3 --trace -w "$top/tests/sim/counts.json" &&
		grep -E 'submits|faults' "$work/out" | head -n 3 >"$work/begins" &&
		sed 's/, try.*//; s/^.* \(submits\|faults\)/\1/; s/faults.*/faults/' \
			"$work/begins" >"$work/order" &&
		printf '%s\n' 'submits tx 1, label of tally' \
			'submits tx 2, add of tally' faults |
		diff - "$work/order"
}

# One request of two can be built: the other is the engine's to refuse.
half_of_a_workload_holds() {
	sed '0,/"contract": "tally"/s//"contract": "nowhere"/' \
		"$top/examples/engine-tally/engine-tally.workload.json" \
		>"$work/half.json" && status 0 run_tally --seeds 1..10 \
		-w "$work/half.json" && says ' 0 violated: '
}

no_workload_is_refused() {
	status 3 run_tally && says 'there is no .*/engine-tally.workload.json'
}

wrong_workload_is_refused() {
	echo '{ "request": [] }' >"$work/wrong.json"
	status 3 run_tally -w "$work/wrong.json" &&
		says 'wrong.json: request: there is no such member'
}

protocol_is_asked_for() {
	status 2 "$sim" --plugin-dir "$plugins" \
		-e "$fixtures/engine-cells.so" -w "$top/tests/sim/cells.json" &&
		says 'give --consensus'
}

wrong_use() {
	status 2 "$sim" "$@" && says 'Try bsn-sim --help'
}

helps() {
	status 0 "$sim" --help && says 'Exit status' && says two-faces &&
		status 0 "$sim" --version && says '^bsn-sim [0-9]'
}

check "the same seed gives the same trace, byte for byte" same_trace --seed 7
check "so it does with a Byzantine node" same_trace --seed 3 \
	--byzantine 1 --faults crash,drop --lies replay,silence
check "so it does with the plugins' own signatures" same_trace --seed 9 \
	--real-signatures -k 2000
check "so it does with certificates and endorsers" same_trace_of_fabric raft \
	fabric --seed 2
check "... one of which lies" same_trace_of_fabric pbft fabric --seed 4 \
	--byzantine 1
check "so it does with private data and snapshots" same_trace_of_fabric raft \
	private --seed 1 --observers 1 -k 3000
check "another seed gives another trace" differs
check "a range of seeds runs each as if it were alone" range_is_alone
check "100 seeds of crashes and every other fault hold" holds -n 3 \
	--seeds 1..100
check "transactions that are built late are built" built_late_holds
check "observers follow" holds -n 3 --observers 2 --seeds 1..10
check "one node alone holds" holds -n 1 --seeds 1..10
check "without faults there is nothing to find" holds -n 5 -f none \
	--seeds 1..5
check "a Byzantine node breaks what is made for crashes alone" liars_are_found
check "a plugin that does I/O of its own is refused" io_is_refused
check "a file without a note is refused" no_plugin_is_refused
check "more protocols than there is room for are refused" \
	too_many_protocols_are_refused
check "an engine that decides alone needs no protocol" alone_holds
check "a workload is asked for where there is none" no_workload_is_refused
check "a wrong workload is refused with what is wrong" \
	wrong_workload_is_refused
check "a workload of which nothing can be built is refused at once" \
	hopeless_workload_is_refused
check "calls answer in the end what the workload says" \
	counts 0 '' ' 0 violated: '
check "what is prepared comes first" prepared_comes_first
check "what cannot be prepared ends the run" \
	counts 3 '0,/tally", "function": "add"/s//tally", "function": "refuse"/' \
	'prepare.1., refuse..all","1". of tally, cannot be done: '
check "an update too many is seen" counts 1 's/"all", "1"/"all", "2"/' \
	'^VIOLATION invariants: get..all.. of tally must be [0-9]*, the committed adds,'
check "a wrong number is seen" counts 1 's/"equals": 0/"equals": 1/' \
	'^VIOLATION invariants: get..none.. of tally must be 1 at n0 and is 0'
check "what must never be committed is seen when it is" \
	counts 1 's/th"\]/th"], "never": true/' \
	'^VIOLATION never: transaction [0-9]*, label'
check "an invariant that is none is refused" \
	counts 3 's/committed:add/add/' 'invariants.0..equals: give a number'
check "one that an engine takes a part of holds" half_of_a_workload_holds
check "a protocol is asked for where chains run one" protocol_is_asked_for
check "the command line is explained" helps
check "an engine is asked for" wrong_use -c raft
check "a fault that there is not is named" wrong_use -e x -c y -f rain
check "all nodes cannot lie" wrong_use -e x -c y -n 4 -b 4
check "a seed is a number" wrong_use -e x -c y --seed new
done_testing
