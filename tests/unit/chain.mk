check_PROGRAMS += tests/unit/test-strand
TESTS += tests/unit/test-strand
tests_unit_test_strand_CPPFLAGS = $(test_flags)
tests_unit_test_strand_LDADD = libbsn-host.a $(GLIB_LIBS) $(EVENT_LIBS)

# The table of chains on a store, with engines of the test's own.
check_LIBRARIES += libtable-fixture.a
libtable_fixture_a_CPPFLAGS = $(test_flags)
libtable_fixture_libs = libtable-fixture.a $(libbsn_store_libs)
libtable_fixture_a_SOURCES = tests/unit/no-plugins.c host/ops/cpu.c \
	host/ops/metrics.c host/ops/stages.c host/chain/callqueue.c \
	host/chain/chain.c host/chain/founding.c host/chain/genesis.c \
	host/chain/intake.c host/chain/record.c host/chain/parallel.c \
	host/chain/question.c host/service/net.c host/service/net_deliver.c \
	host/service/net_members.c host/service/session.c host/chain/reply.c \
	host/chain/reply_copy.c host/chain/strand.c host/chain/table.c \
	host/chain/workers.c host/loop.c host/ops/log.c host/status.c \
	host/service/ambient.c host/service/services.c host/service/timer.c \
	$(COMPILE_SOURCES) $(GRPC_CALL_SOURCES) host/net/tls_client.c

table_libs = $(libtable_fixture_libs) $(libbsn_process_libs) \
	$(libbsn_grpc_event_libs) $(libbsn_grpc_libs) $(GLIB_LIBS) \
	$(EVENT_LIBS) $(LMDB_LIBS) $(JANSSON_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)

check_PROGRAMS += tests/unit/test-chain
TESTS += tests/unit/test-chain
tests_unit_test_chain_CPPFLAGS = $(test_flags)
tests_unit_test_chain_LDADD = $(table_libs)

check_PROGRAMS += tests/unit/test-parallel-chains
TESTS += tests/unit/test-parallel-chains
tests_unit_test_parallel_chains_CPPFLAGS = $(test_flags)
tests_unit_test_parallel_chains_LDADD = $(table_libs)
