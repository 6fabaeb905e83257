#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is shipped, under the simulator: $BSN_SIM_SEEDS seeds each (100), or
# $BSN_SIM_SLOW_SEEDS (a tenth) where each takes long. A protocol that is not built
# is left out.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/sim/sim.sh"
seeds=${BSN_SIM_SEEDS:-100}
jobs=${BSN_SIM_JOBS:-2}

holds() {
	run_sim "$@" --seeds "1..$seeds" -j "$jobs" --quiet
}

# chain NAME OPTION...: under the engine and consensus of the moment.
chain() {
	title=$1
	shift
	if [ ! -e "$plugins/consensus-$consensus.so" ]; then
		skip "$title: $seeds seeds hold" \
			"the plugin consensus-$consensus is not there yet"
	else
		check "$title: $seeds seeds hold" holds "$@"
	fi
}

engine=cells
consensus=pbft
chain "PBFT of 4 with one Byzantine node" -n 4 --byzantine 1
chain "PBFT of 4 with crashes" -n 4
chain "PBFT of 7 with two Byzantine nodes and an observer" -n 7 \
	--byzantine 2 --observers 1 -k 3000
consensus=raft
chain "Raft of 3 with crashes" -n 3
chain "Raft of 5 with crashes" -n 5
engine=fisco
consensus=solo
chain "a FISCO style chain of one node" -n 1 -k 2000
consensus=pbft
chain "a FISCO style chain of 4 on PBFT with a Byzantine node" -n 4 \
	--byzantine 1 -k 3000
consensus=raft
chain "a FISCO style chain of 3 on Raft" -n 3 -k 3000
chain "a FISCO style chain of 3 whose nodes join by snapshots" -n 3 -k 6000 \
	--config '{"snapshot_interval":16,"block_tx_max":1}'

# Certificates' signatures are real, so a seed takes longer.
engine=fabric
workload=tests/sim/fabric.json
seeds=${BSN_SIM_SLOW_SEEDS:-$(((seeds + 9) / 10))}
consensus=raft
chain "a Fabric style chain of 4 on Raft" -n 4 -k 3000
chain "a Fabric style chain of 5 on Raft and an observer" -n 5 \
	--observers 1 -k 2000 -f crash,stop,partition,slow-disk,clock
consensus=pbft
chain "a Fabric style chain of 4 on PBFT with a Byzantine node" -n 4 \
	--byzantine 1 -k 2000
chain "the same with SM2 and SM3" -n 4 --byzantine 1 -k 1000 \
	--config '{"crypto":"sm"}'

# Values that only members of collections may have.
workload=tests/sim/private.json
consensus=raft
chain "private data on a Fabric style chain of 4 on Raft" -n 4 -k 3000
chain "private data of 4 on Raft and observers that begin with snapshots" \
	-n 4 --observers 2 -k 3000
consensus=pbft
chain "private data of 4 on PBFT with a Byzantine node" -n 4 --byzantine 1 \
	-k 2000

# Trees of blocks, tokens, elections; a chain that changes its members, and how it
# agrees.
engine=xuper
consensus=chainedbft
workload=tests/sim/xuper.json
chain "a XuperChain style chain of 4 with crashes" -n 4 -k 1500
chain "... with a Byzantine node" -n 4 --byzantine 1 -k 1500
chain "... with SM2 and SM3" -n 4 --byzantine 1 -k 800 \
	--config '{"crypto":"gm"}'
workload=tests/sim/xuper-members.json
chain "... whose members come and go" -n 5 -k 1500
workload=tests/sim/xuper-switch.json
chain "... that goes on with TDPoS and XPoA" -n 4 -k 2500
consensus=tdpos
workload=tests/sim/tdpos.json
chain "TDPoS of 4 that elects" -n 4 --observers 1 -k 1500
chain "... with a Byzantine node" -n 4 --observers 1 --byzantine 1 -k 1500
chain "... with wrong clocks" -n 4 --observers 1 -k 1500 -f clock,drop
consensus=xpoa
workload=tests/sim/slots.json
chain "XPoA of 4 with short slots" -n 4 -k 1500
consensus=pow
workload=tests/sim/pow.json
chain "proof of work of 4 with crashes and partitions" -n 4 -k 1000
chain "... with a Byzantine node and an observer" -n 4 --observers 1 \
	--byzantine 1 -k 1500

reorganises() {
	run_sim -n 4 -k 1500 -f partition,delay --seeds 1..4 -j "$jobs" \
		>"$work/reorganised" && grep -q '^[1-9][0-9]* reorg' \
		"$work/reorganised"
}
check "... whose chain is reorganised time and again" reorganises
workload=tests/sim/xuper-members.json
chain "... whose members come and go" -n 5 -k 1500 \
	-f crash,stop,partition,drop --config '{"consensus":{"depth":30,
		"defaultTarget":536936447,"maxTarget":537001983,
		"expectedPeriod":300,"adjustHeightGap":120,
		"hashes_per_turn":8,"turn_ms":40}}'
consensus=single
workload=tests/sim/xuper.json
chain "a XuperChain style chain of one node" -n 1 -k 1500
done_testing
