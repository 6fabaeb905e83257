# A unit test links libbsn-host and libbsn-identity and speaks TAP.
test_flags = $(host_flags)
include tests/abi/abi.mk
include tests/unit/config.mk
include tests/unit/plugin.mk
include tests/unit/compile.mk
include tests/unit/chain.mk
include tests/unit/store.mk
include tests/unit/ops.mk
include tests/unit/crypto.mk
include tests/unit/identity.mk
include tests/unit/gateway.mk
include tests/unit/peer.mk
include tests/unit/evm.mk
include tests/unit/fisco.mk
include tests/unit/fisco-eth.mk
include tests/unit/fabric.mk
include tests/unit/ctl.mk
include tests/unit/bench.mk
include tests/unit/pbft.mk
include tests/unit/raft.mk
include tests/bad-plugins/bad-plugins.mk
include tests/integration/integration.mk
include tests/fuzz/fuzz.mk
include tests/fuzz/fabric.mk
include tests/sim/sim.mk
include tests/scale/scale.mk
