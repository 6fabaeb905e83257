# What plugins' tests share: the fake host, and a hash that needs no plugin.
check_LIBRARIES += libfake-host.a
libfake_host_a_SOURCES = \
	host/chain/callqueue.h host/chain/strand.h \
	host/chain/workers.c host/chain/workers.h \
	host/ops/cpu.c host/ops/cpu.h host/ops/metrics.c \
	tests/unit/fake-compiler.c tests/unit/fake-compiler.h \
	tests/unit/assert-bytes.h tests/unit/fake-chain.c \
	tests/unit/fake-host.c tests/unit/fake-host.h \
	tests/unit/fake-net.c tests/unit/fake-net.h \
	tests/unit/fake-private.h tests/unit/fake-reply.c \
	tests/unit/fake-services.c tests/unit/fake-store.c \
	tests/unit/fake-grpc.c tests/unit/fake-grpc.h \
	tests/unit/fake-session.c tests/unit/fake-session.h \
	tests/unit/fake-timer.c \
	tools/sim/by_name.h tools/sim/pointer.c tools/sim/pointer.h \
	tools/sim/reply.c tools/sim/reply.h \
	tools/sim/store.c tools/sim/store.h \
	tests/unit/sha256-hash.c tests/unit/sha256-hash.h \
	tests/unit/wasm-samples.c tests/unit/wasm-samples.h
libfake_host_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libfake_host_libs = libfake-host.a $(GLIB_LIBS) $(JANSSON_LIBS)

# plugins/kit
check_PROGRAMS += tests/unit/test-rlp tests/unit/test-kit
TESTS += tests/unit/test-rlp tests/unit/test-kit
tests_unit_test_rlp_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_rlp_LDADD = $(libbsn_kit_libs)
tests_unit_test_kit_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_kit_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)

# plugins/kit/solidity
ABI_TESTS = tests/unit/test-abi tests/unit/test-abi-interface \
	tests/unit/test-abi-type
check_PROGRAMS += $(ABI_TESTS)
TESTS += $(ABI_TESTS)
tests_unit_test_abi_type_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_abi_type_LDADD = libbsn-solidity.a $(libbsn_kit_libs)
tests_unit_test_abi_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_abi_LDADD = libbsn-solidity.a $(libbsn_kit_libs)
tests_unit_test_abi_interface_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_abi_interface_LDADD = $(libfake_host_libs) libbsn-solidity.a \
	$(libbsn_kit_libs)
EXTRA_DIST += tests/unit/data/abi-vectors.json tests/npm/package.json \
	tests/npm/package-lock.json tests/npm/make-abi-vectors.mjs

# plugins/consensus-solo, and the fake host itself
check_PROGRAMS += tests/unit/test-solo tests/unit/test-fake-host
TESTS += tests/unit/test-solo tests/unit/test-fake-host
tests_unit_test_solo_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_solo_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
tests_unit_test_fake_host_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fake_host_LDADD = $(libfake_host_libs)

# plugins/engine-fisco: its parts, and the plugins of the build together
check_LIBRARIES += libfisco-fixture.a libfisco-eth-fixture.a
libfisco_fixture_a_SOURCES = tests/unit/fisco-chain.c \
	tests/unit/fisco-chain.h tests/unit/fisco-cluster.c \
	tests/unit/fisco-cluster.h tests/unit/fisco-members.c \
	tests/unit/fisco-members.h tests/unit/fisco-pair.c \
	tests/unit/fisco-pair.h tests/unit/fisco-rpc.c tests/unit/fisco-rpc.h \
	tests/unit/manual-consensus.c tests/unit/manual-consensus.h \
	plugins/engine-fisco/plugin.c
libfisco_fixture_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libfisco_eth_fixture_a_SOURCES = tests/unit/eth-tx.c tests/unit/eth-tx.h \
	tests/unit/fisco-eth.c tests/unit/fisco-eth.h
libfisco_eth_fixture_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
fisco_chain_libs = libfisco-fixture.a $(libfake_host_libs) $(libbsn_kit_libs)
fisco_eth_libs = libfisco-eth-fixture.a $(fisco_chain_libs)
fisco_parts = libfisco-fixture.a $(libfisco_libs) $(libfake_host_libs) \
	libbsn-solidity.a $(libbsn_kit_libs)
EXTRA_DIST += tests/unit/contracts/evidence.sol \
	tests/unit/contracts/evidence.json
fisco_tests = tests/unit/test-fisco-tx tests/unit/test-fisco-parts \
	tests/unit/test-fisco-chain tests/unit/test-fisco-contracts \
	tests/unit/test-fisco-blocks tests/unit/test-fisco-frozen \
	tests/unit/test-fisco-governance tests/unit/test-fisco-members \
	tests/unit/test-fisco-node-votes \
	tests/unit/test-fisco-rpc tests/unit/test-fisco-getters \
	tests/unit/test-fisco-channel tests/unit/test-fisco-ethtx \
	tests/unit/test-fisco-amop tests/unit/test-fisco-messages \
	tests/unit/test-fisco-pool tests/unit/test-fisco-policy \
	tests/unit/test-fisco-parallel tests/unit/test-fisco-conflict \
	tests/unit/test-fisco-trial \
	tests/unit/test-fisco-precompiled tests/unit/test-fisco-tables \
	tests/unit/test-fisco-rows tests/unit/test-fisco-slots \
	tests/unit/test-fisco-compile \
	tests/unit/test-fisco-forward tests/unit/test-fisco-sync \
	tests/unit/test-fisco-liars tests/unit/test-fisco-expect \
	tests/unit/test-fisco-largest tests/unit/test-fisco-snapshot \
	tests/unit/test-fisco-join tests/unit/test-fisco-proof \
	tests/unit/test-fisco-conform
check_PROGRAMS += $(fisco_tests)
TESTS += $(fisco_tests)
tests_unit_test_fisco_tx_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_tx_LDADD = $(fisco_parts)
tests_unit_test_fisco_parts_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_parts_LDADD = $(fisco_parts)
tests_unit_test_fisco_chain_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_chain_LDADD = $(fisco_chain_libs)
tests_unit_test_fisco_contracts_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_contracts_LDADD = $(fisco_chain_libs)
tests_unit_test_fisco_blocks_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_blocks_LDADD = $(fisco_chain_libs)
tests_unit_test_fisco_frozen_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_frozen_LDADD = $(fisco_chain_libs)
tests_unit_test_fisco_conflict_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_conflict_LDADD = $(fisco_parts)
tests_unit_test_fisco_trial_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_trial_LDADD = $(fisco_parts)
tests_unit_test_fisco_parallel_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_parallel_LDADD = $(fisco_chain_libs)

tests_unit_test_fisco_compile_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_compile_LDADD = $(fisco_chain_libs)

tests_unit_test_fisco_conform_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_conform_LDADD = libbsn-sim.a $(fisco_chain_libs)
dist_check_SCRIPTS += tests/unit/test-workloads.sh
TESTS += tests/unit/test-workloads.sh

# Several nodes.
tests_unit_test_fisco_forward_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_forward_LDADD = $(fisco_parts)
tests_unit_test_fisco_liars_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_liars_LDADD = $(fisco_parts)
tests_unit_test_fisco_largest_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_largest_LDADD = $(fisco_parts)
tests_unit_test_fisco_snapshot_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_snapshot_LDADD = $(fisco_parts)
tests_unit_test_fisco_join_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_join_LDADD = $(fisco_parts)
tests_unit_test_fisco_proof_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_proof_LDADD = $(fisco_parts)
tests_unit_test_fisco_sync_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_sync_LDADD = $(fisco_parts)

# Contracts of the engine itself.
tests_unit_test_fisco_precompiled_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_precompiled_LDADD = $(fisco_parts)
tests_unit_test_fisco_rows_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_rows_LDADD = $(fisco_parts)
tests_unit_test_fisco_tables_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_tables_LDADD = $(fisco_chain_libs)
EXTRA_DIST += tests/unit/contracts/precompiled.sol \
	tests/unit/contracts/precompiled.json

# JSON-RPC of plugins/engine-fisco.
tests_unit_test_fisco_rpc_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_rpc_LDADD = $(fisco_chain_libs)
tests_unit_test_fisco_channel_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_channel_LDADD = $(fisco_parts)
tests_unit_test_fisco_amop_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_amop_LDADD = $(fisco_parts)
tests_unit_test_fisco_messages_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_messages_LDADD = $(fisco_parts)
tests_unit_test_fisco_getters_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_getters_LDADD = $(fisco_chain_libs)

# Ethereum's transactions in plugins/engine-fisco.
tests_unit_test_fisco_ethtx_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_ethtx_LDADD = libfisco-eth-fixture.a $(fisco_parts)
tests_unit_test_fisco_members_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_members_LDADD = $(fisco_parts)
tests_unit_test_fisco_node_votes_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_node_votes_LDADD = $(fisco_parts)
tests_unit_test_fisco_slots_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_slots_LDADD = $(fisco_parts)
tests_unit_test_fisco_expect_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_expect_LDADD = $(fisco_parts)
tests_unit_test_fisco_pool_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_pool_LDADD = $(fisco_parts)
tests_unit_test_fisco_policy_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_policy_LDADD = $(fisco_eth_libs)
tests_unit_test_fisco_governance_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_governance_LDADD = $(fisco_chain_libs)
