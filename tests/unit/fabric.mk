# plugins/engine-fabric: formats, identities, policies and configs
fabric_test_flags = $(fabric_flags)
fabric_parts = libfabric-fixture.a $(libfabric_libs) libfabric-absent.a \
	$(libfake_host_libs)
check_LIBRARIES += libfabric-absent.a
libfabric_absent_a_SOURCES = tests/unit/fabric-absent.c \
	tests/unit/fabric-no-gather.c
libfabric_absent_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_absent_a_OBJECTS): $(fabric_proto_made)
# What a chaincode's definition says of collections is no stand-in.
check_LIBRARIES += libfabric-fixture.a
libfabric_fixture_a_SOURCES = tests/unit/fabric-ca.c \
	tests/unit/fabric-ca.h tests/unit/fabric-call.c \
	tests/unit/fabric-call.h tests/unit/fabric-channel.c \
	tests/unit/fabric-channel.h tests/unit/fabric-declared.c \
	tests/unit/fabric-declared.h tests/unit/fabric-ledger.c \
	tests/unit/fabric-ledger.h tests/unit/fabric-people.c \
	tests/unit/fabric-people.h tests/unit/fabric-private.c \
	tests/unit/fabric-private.h tests/unit/fabric-private-fixture.h \
	tests/unit/fabric-tx.c tests/unit/fabric-tx.h \
	plugins/engine-fabric/lifecycle/collections.c
libfabric_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_fixture_a_OBJECTS): $(fabric_proto_made)
FABRIC_TESTS = tests/unit/test-fabric-codec \
	tests/unit/test-fabric-msp \
	tests/unit/test-fabric-principal \
	tests/unit/test-fabric-policy \
	tests/unit/test-fabric-policy-text \
	tests/unit/test-fabric-policy-tree \
	tests/unit/test-fabric-minimal \
	tests/unit/test-fabric-channel \
	tests/unit/test-fabric-update \
	tests/unit/test-fabric-compute \
	tests/unit/test-fabric-transaction tests/unit/test-fabric-proposal
check_PROGRAMS += $(FABRIC_TESTS)
TESTS += $(FABRIC_TESTS)
tests_unit_test_fabric_codec_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_codec_LDADD = $(fabric_parts)
tests_unit_test_fabric_msp_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_msp_LDADD = $(fabric_parts)
tests_unit_test_fabric_principal_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_principal_LDADD = $(fabric_parts)
tests_unit_test_fabric_policy_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_policy_LDADD = $(fabric_parts)
tests_unit_test_fabric_policy_text_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_policy_text_LDADD = $(fabric_parts)
tests_unit_test_fabric_policy_tree_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_policy_tree_LDADD = $(fabric_parts)
tests_unit_test_fabric_minimal_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_minimal_LDADD = $(fabric_parts)
tests_unit_test_fabric_channel_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_channel_LDADD = $(fabric_parts)
tests_unit_test_fabric_update_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_update_LDADD = $(fabric_parts)
tests_unit_test_fabric_compute_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_compute_LDADD = $(fabric_parts)
tests_unit_test_fabric_transaction_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_transaction_LDADD = $(fabric_parts)
tests_unit_test_fabric_proposal_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_proposal_LDADD = $(fabric_parts)

# For a second opinion: tests/integration/test-fabric-protos.mjs.
check_PROGRAMS += tests/fabric/fabric-bytes
tests_fabric_fabric_bytes_SOURCES = tests/fabric/fabric-bytes.c \
	tests/fabric/run.h tests/fabric/write.c
tests_fabric_fabric_bytes_CPPFLAGS = $(fabric_test_flags)
tests_fabric_fabric_bytes_LDADD = $(fabric_parts)
EXTRA_DIST += tests/npm/.npmrc tests/npm/fabric.mjs
FABRIC_LEDGER_TESTS = tests/unit/test-fabric-ledger \
	tests/unit/test-fabric-ledger-codes \
	tests/unit/test-fabric-ledger-collections \
	tests/unit/test-fabric-ledger-history \
	tests/unit/test-fabric-ledger-mvcc \
	tests/unit/test-fabric-ledger-results \
	tests/unit/test-fabric-ledger-simulator
check_PROGRAMS += $(FABRIC_LEDGER_TESTS)
TESTS += $(FABRIC_LEDGER_TESTS)
tests_unit_test_fabric_ledger_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_codes_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_codes_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_history_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_history_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_mvcc_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_mvcc_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_results_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_results_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_simulator_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_simulator_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_collections_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_collections_LDADD = $(fabric_parts)

# plugins/engine-fabric/net, with stand-ins for the other parts.
check_LIBRARIES += libfabric-nodes-fixture.a
libfabric_nodes_fixture_a_SOURCES = tests/unit/fabric-nodes.c \
	tests/unit/fabric-nodes.h tests/unit/fabric-nodes-parts.c \
	tests/unit/fabric-nodes-parts.h
libfabric_nodes_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_nodes_fixture_a_OBJECTS): $(fabric_proto_made)
fabric_net_parts = libfabric-nodes-fixture.a libfabric-net.a \
	libfabric-chain.a libfabric-nodes-fixture.a $(fabric_parts)
FABRIC_NET_TESTS = tests/unit/test-fabric-net \
	tests/unit/test-fabric-net-ask tests/unit/test-fabric-net-lies \
	tests/unit/test-fabric-net-message \
	tests/unit/test-fabric-net-sync
check_PROGRAMS += $(FABRIC_NET_TESTS)
TESTS += $(FABRIC_NET_TESTS)
tests_unit_test_fabric_net_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_LDADD = $(fabric_net_parts)
tests_unit_test_fabric_net_ask_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_ask_LDADD = $(fabric_net_parts)
tests_unit_test_fabric_net_lies_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_lies_LDADD = $(fabric_net_parts)
tests_unit_test_fabric_net_message_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_message_LDADD = $(fabric_net_parts)
tests_unit_test_fabric_net_sync_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_sync_LDADD = $(fabric_net_parts)
# The order, with stand-ins for the other parts of the engine.
check_LIBRARIES += libfabric-order-fixture.a
libfabric_order_fixture_a_SOURCES = tests/unit/fabric-order.c \
	tests/unit/fabric-order.h tests/unit/fabric-others.c
libfabric_order_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_order_fixture_a_OBJECTS): $(fabric_proto_made)
fabric_order_parts = libfabric-order-fixture.a libfabric-chain.a \
	libfabric-order.a libfabric-order-fixture.a $(fabric_parts)
FABRIC_ORDER_TESTS = tests/unit/test-fabric-cut \
	tests/unit/test-fabric-genesis \
	tests/unit/test-fabric-order \
	tests/unit/test-fabric-order-ahead \
	tests/unit/test-fabric-order-check \
	tests/unit/test-fabric-order-door
check_PROGRAMS += $(FABRIC_ORDER_TESTS)
TESTS += $(FABRIC_ORDER_TESTS)
tests_unit_test_fabric_cut_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_cut_LDADD = $(fabric_order_parts)
tests_unit_test_fabric_genesis_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_genesis_LDADD = $(fabric_order_parts)
tests_unit_test_fabric_order_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_order_LDADD = $(fabric_order_parts)
tests_unit_test_fabric_order_ahead_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_order_ahead_LDADD = $(fabric_order_parts)
tests_unit_test_fabric_order_check_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_order_check_LDADD = $(fabric_order_parts)
tests_unit_test_fabric_order_door_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_order_door_LDADD = $(fabric_order_parts)
# endorse/, with stand-ins for the engine's other parts.
check_LIBRARIES += libfabric-endorse-fixture.a
libfabric_endorse_fixture_a_SOURCES = tests/unit/fabric-endorse.c \
	tests/unit/fabric-endorse.h tests/unit/fabric-endorse-net.c \
	tests/unit/fabric-endorse-net.h tests/unit/fabric-endorse-parts.c \
	tests/unit/fabric-endorse-private.c
libfabric_endorse_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_endorse_fixture_a_OBJECTS): $(fabric_proto_made)
fabric_endorse_parts = libfabric-endorse-fixture.a libfabric-endorse.a \
	libfabric-chain.a libfabric-endorse-fixture.a $(fabric_parts)
FABRIC_ENDORSE_TESTS = tests/unit/test-fabric-call \
	tests/unit/test-fabric-choose tests/unit/test-fabric-differ \
	tests/unit/test-fabric-endorse tests/unit/test-fabric-gather
check_PROGRAMS += $(FABRIC_ENDORSE_TESTS)
TESTS += $(FABRIC_ENDORSE_TESTS)
tests_unit_test_fabric_call_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_call_LDADD = $(fabric_endorse_parts)
tests_unit_test_fabric_choose_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_choose_LDADD = $(fabric_endorse_parts)
tests_unit_test_fabric_differ_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_differ_LDADD = $(fabric_endorse_parts)
tests_unit_test_fabric_endorse_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_endorse_LDADD = $(fabric_endorse_parts)
tests_unit_test_fabric_gather_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gather_LDADD = $(fabric_endorse_parts)
# The engine's parts, with stand-ins for those that they call.
check_LIBRARIES += libfabric-open.a
libfabric_open_a_SOURCES = tests/unit/fabric-open.c \
	tests/unit/fabric-open-tx.c tests/unit/fabric-open.h
libfabric_open_a_CPPFLAGS = $(fabric_test_flags)
libfabric_open_libs = libfabric-open.a libfabric-members.a libfabric-query.a \
	libfabric-chain.a $(fabric_parts)
$(libfabric_open_a_OBJECTS): $(fabric_proto_made)
FABRIC_OPEN_TESTS = tests/unit/test-fabric-change \
	tests/unit/test-fabric-members \
	tests/unit/test-fabric-preview \
	tests/unit/test-fabric-query \
	tests/unit/test-fabric-votes
check_PROGRAMS += $(FABRIC_OPEN_TESTS)
TESTS += $(FABRIC_OPEN_TESTS)
tests_unit_test_fabric_change_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_change_LDADD = $(libfabric_open_libs)
tests_unit_test_fabric_members_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_members_LDADD = $(libfabric_open_libs)
tests_unit_test_fabric_preview_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_preview_LDADD = $(libfabric_open_libs)
tests_unit_test_fabric_query_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_query_LDADD = $(libfabric_open_libs)
tests_unit_test_fabric_votes_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_votes_LDADD = $(libfabric_open_libs)
