# plugins/engine-fabric: formats, identities, policies and configs
fabric_test_flags = $(fabric_flags)
fabric_parts = libfabric.la libfake-host.la
fabric_ca = tests/unit/fabric-ca.c tests/unit/fabric-ca.h
fabric_channel = tests/unit/fabric-channel.c tests/unit/fabric-channel.h \
	$(fabric_ca)
fabric_tx = tests/unit/fabric-tx.c tests/unit/fabric-tx.h
fabric_people = tests/unit/fabric-people.c tests/unit/fabric-people.h
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
tests_unit_test_fabric_codec_SOURCES = tests/unit/test-fabric-codec.c \
	$(fabric_ca)
tests_unit_test_fabric_codec_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_codec_LDADD = $(fabric_parts)
tests_unit_test_fabric_msp_SOURCES = tests/unit/test-fabric-msp.c \
	$(fabric_ca)
tests_unit_test_fabric_msp_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_msp_LDADD = $(fabric_parts)
tests_unit_test_fabric_principal_SOURCES = tests/unit/test-fabric-principal.c \
	$(fabric_ca)
tests_unit_test_fabric_principal_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_principal_LDADD = $(fabric_parts)
tests_unit_test_fabric_policy_SOURCES = tests/unit/test-fabric-policy.c \
	$(fabric_people) $(fabric_ca)
tests_unit_test_fabric_policy_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_policy_LDADD = $(fabric_parts)
tests_unit_test_fabric_policy_text_SOURCES = \
	tests/unit/test-fabric-policy-text.c \
	$(fabric_people)
tests_unit_test_fabric_policy_text_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_policy_text_LDADD = $(fabric_parts)
tests_unit_test_fabric_policy_tree_SOURCES = \
	tests/unit/test-fabric-policy-tree.c \
	$(fabric_people)
tests_unit_test_fabric_policy_tree_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_policy_tree_LDADD = $(fabric_parts)
tests_unit_test_fabric_minimal_SOURCES = tests/unit/test-fabric-minimal.c \
	$(fabric_people)
tests_unit_test_fabric_minimal_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_minimal_LDADD = $(fabric_parts)
tests_unit_test_fabric_channel_SOURCES = tests/unit/test-fabric-channel.c \
	$(fabric_channel)
tests_unit_test_fabric_channel_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_channel_LDADD = $(fabric_parts)
tests_unit_test_fabric_update_SOURCES = tests/unit/test-fabric-update.c \
	$(fabric_channel)
tests_unit_test_fabric_update_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_update_LDADD = $(fabric_parts)
tests_unit_test_fabric_compute_SOURCES = tests/unit/test-fabric-compute.c \
	$(fabric_channel)
tests_unit_test_fabric_compute_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_compute_LDADD = $(fabric_parts)
tests_unit_test_fabric_transaction_SOURCES = \
	tests/unit/test-fabric-transaction.c $(fabric_tx) $(fabric_channel)
tests_unit_test_fabric_transaction_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_transaction_LDADD = $(fabric_parts)
tests_unit_test_fabric_proposal_SOURCES = tests/unit/test-fabric-proposal.c \
	$(fabric_tx) $(fabric_channel)
tests_unit_test_fabric_proposal_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_proposal_LDADD = $(fabric_parts)

# For a second opinion: tests/integration/test-fabric-protos.mjs.
check_PROGRAMS += tests/fabric/fabric-bytes
tests_fabric_fabric_bytes_SOURCES = tests/fabric/fabric-bytes.c \
	tests/fabric/run.h tests/fabric/write.c $(fabric_tx) \
	$(fabric_channel)
tests_fabric_fabric_bytes_CPPFLAGS = $(fabric_test_flags)
tests_fabric_fabric_bytes_LDADD = $(fabric_parts)
EXTRA_DIST += tests/npm/fabric.mjs
fabric_ledger = tests/unit/fabric-ledger.c tests/unit/fabric-ledger.h \
	$(fabric_ca)
FABRIC_LEDGER_TESTS = tests/unit/test-fabric-ledger \
	tests/unit/test-fabric-ledger-codes \
	tests/unit/test-fabric-ledger-mvcc \
	tests/unit/test-fabric-ledger-results \
	tests/unit/test-fabric-ledger-simulator
check_PROGRAMS += $(FABRIC_LEDGER_TESTS)
TESTS += $(FABRIC_LEDGER_TESTS)
tests_unit_test_fabric_ledger_SOURCES = tests/unit/test-fabric-ledger.c \
	$(fabric_ledger)
tests_unit_test_fabric_ledger_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_codes_SOURCES = \
	tests/unit/test-fabric-ledger-codes.c $(fabric_ledger)
tests_unit_test_fabric_ledger_codes_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_codes_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_mvcc_SOURCES = \
	tests/unit/test-fabric-ledger-mvcc.c $(fabric_ledger)
tests_unit_test_fabric_ledger_mvcc_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_mvcc_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_results_SOURCES = \
	tests/unit/test-fabric-ledger-results.c $(fabric_ledger)
tests_unit_test_fabric_ledger_results_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_results_LDADD = $(fabric_parts)
tests_unit_test_fabric_ledger_simulator_SOURCES = \
	tests/unit/test-fabric-ledger-simulator.c $(fabric_ledger)
tests_unit_test_fabric_ledger_simulator_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_ledger_simulator_LDADD = $(fabric_parts)

# plugins/engine-fabric/net, with stand-ins for the other parts.
fabric_nodes = tests/unit/fabric-nodes.c tests/unit/fabric-nodes.h \
	tests/unit/fabric-nodes-parts.c tests/unit/fabric-nodes-parts.h \
	$(fabric_channel)
FABRIC_NET_TESTS = tests/unit/test-fabric-net \
	tests/unit/test-fabric-net-ask tests/unit/test-fabric-net-lies \
	tests/unit/test-fabric-net-message \
	tests/unit/test-fabric-net-sync
check_PROGRAMS += $(FABRIC_NET_TESTS)
TESTS += $(FABRIC_NET_TESTS)
tests_unit_test_fabric_net_SOURCES = tests/unit/test-fabric-net.c \
	$(fabric_nodes)
tests_unit_test_fabric_net_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_LDADD = libfabric-engine.la $(fabric_parts)
tests_unit_test_fabric_net_ask_SOURCES = tests/unit/test-fabric-net-ask.c \
	$(fabric_nodes)
tests_unit_test_fabric_net_ask_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_ask_LDADD = libfabric-engine.la $(fabric_parts)
tests_unit_test_fabric_net_lies_SOURCES = tests/unit/test-fabric-net-lies.c \
	$(fabric_nodes)
tests_unit_test_fabric_net_lies_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_lies_LDADD = libfabric-engine.la $(fabric_parts)
tests_unit_test_fabric_net_message_SOURCES = \
	tests/unit/test-fabric-net-message.c
tests_unit_test_fabric_net_message_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_message_LDADD = libfabric-engine.la $(fabric_parts)
tests_unit_test_fabric_net_sync_SOURCES = tests/unit/test-fabric-net-sync.c \
	$(fabric_nodes)
tests_unit_test_fabric_net_sync_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_net_sync_LDADD = libfabric-engine.la $(fabric_parts)
