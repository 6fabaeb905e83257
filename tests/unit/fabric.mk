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
	tests/unit/test-fabric-ledger-collections \
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

# The engine's parts, with stand-ins for those that they call.
fabric_open = tests/unit/fabric-open.c tests/unit/fabric-open-tx.c \
	tests/unit/fabric-open.h $(fabric_channel)
fabric_members_sources = \
	plugins/engine-fabric/members/agreement.c \
	plugins/engine-fabric/members/apply.c \
	plugins/engine-fabric/members/change.c \
	plugins/engine-fabric/members/envelope.c \
	plugins/engine-fabric/members/install.c \
	plugins/engine-fabric/members/members.c \
	plugins/engine-fabric/members/node.c \
	plugins/engine-fabric/members/proposals.c \
	plugins/engine-fabric/members/rounds.c \
	plugins/engine-fabric/members/votes.c \
	plugins/engine-fabric/query/block.c \
	plugins/engine-fabric/query/config.c \
	plugins/engine-fabric/query/envelope.c \
	plugins/engine-fabric/query/events.c \
	plugins/engine-fabric/query/json.c \
	plugins/engine-fabric/query/ledger.c \
	plugins/engine-fabric/query/proof.c \
	plugins/engine-fabric/query/results.c \
	plugins/engine-fabric/query/status.c \
	plugins/engine-fabric/query/stored.c \
	plugins/engine-fabric/query/tx.c
check_LTLIBRARIES += libfabric-open.la
libfabric_open_la_SOURCES = $(fabric_members_sources) $(fabric_open)
libfabric_open_la_CPPFLAGS = $(fabric_test_flags)
libfabric_open_la_LIBADD = $(fabric_parts)
$(libfabric_open_la_OBJECTS): $(fabric_proto_made)
FABRIC_OPEN_TESTS = tests/unit/test-fabric-change \
	tests/unit/test-fabric-members \
	tests/unit/test-fabric-query \
	tests/unit/test-fabric-votes
check_PROGRAMS += $(FABRIC_OPEN_TESTS)
TESTS += $(FABRIC_OPEN_TESTS)
tests_unit_test_fabric_change_SOURCES = tests/unit/test-fabric-change.c
tests_unit_test_fabric_change_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_change_LDADD = libfabric-open.la
tests_unit_test_fabric_members_SOURCES = tests/unit/test-fabric-members.c
tests_unit_test_fabric_members_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_members_LDADD = libfabric-open.la
tests_unit_test_fabric_query_SOURCES = tests/unit/test-fabric-query.c
tests_unit_test_fabric_query_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_query_LDADD = libfabric-open.la
tests_unit_test_fabric_votes_SOURCES = tests/unit/test-fabric-votes.c
tests_unit_test_fabric_votes_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_votes_LDADD = libfabric-open.la
