check_PROGRAMS += tests/unit/test-strand
TESTS += tests/unit/test-strand
tests_unit_test_strand_CPPFLAGS = $(test_flags)
tests_unit_test_strand_LDADD = libbsn-host.a $(GLIB_LIBS) $(EVENT_LIBS)

# What a host does for chains, with engines, keys and a registry of the tests'.
check_LIBRARIES += libhost-fixture.a
libhost_fixture_a_CPPFLAGS = $(test_flags)
libhost_fixture_libs = libhost-fixture.a $(libbsn_store_libs)
libhost_fixture_a_SOURCES = tests/unit/no-plugins.c host/config/address.c \
	host/ops/cpu.c host/ops/log.c host/ops/metrics.c host/ops/stages.c \
	host/chain/callqueue.c host/chain/chain.c host/chain/founding.c \
	host/chain/genesis.c host/chain/intake.c host/chain/parallel.c \
	host/chain/question.c host/chain/record.c host/chain/reply.c \
	host/chain/reply_copy.c host/chain/strand.c host/chain/table.c \
	host/chain/workers.c host/loop.c host/status.c \
	host/service/ambient.c host/service/net.c host/service/net_deliver.c \
	host/service/net_members.c host/service/services.c \
	host/service/session.c host/service/timer.c $(PEER_SOURCES) \
	$(NET_SOURCES) $(COMPILE_SOURCES) $(GRPC_CALL_SOURCES)

table_libs = $(libhost_fixture_libs) $(libbsn_process_libs) \
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
