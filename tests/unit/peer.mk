# Connections between hosts. Several hosts in one process, with an engine, keys
# and a registry of the tests'.
peer_fixture = tests/unit/peer-files.c tests/unit/peer-files.h \
	tests/unit/peer-engine.c tests/unit/peer-fixture.h \
	tests/unit/no-plugins.c \
	tests/unit/peer-fixture.c tests/unit/peer-pair.c \
	tests/unit/peer-pair.h tests/unit/peer-raw.c tests/unit/peer-raw.h \
	$(PEER_SOURCES) $(NET_SOURCES) host/config/address.c \
	host/ops/cpu.c host/ops/stages.c \
	host/chain/callqueue.c host/chain/chain.c host/chain/founding.c \
	host/chain/genesis.c host/chain/intake.c \
	host/chain/parallel.c host/chain/question.c \
	host/chain/record.c host/chain/reply.c host/chain/reply_copy.c host/chain/strand.c \
	host/chain/table.c host/chain/workers.c host/loop.c host/ops/log.c \
	host/status.c \
	host/ops/metrics.c host/service/ambient.c host/service/net.c \
	host/service/net_deliver.c host/service/net_members.c \
	host/service/services.c host/service/session.c host/service/timer.c \
	plugins/crypto-std/ecdsa_p256.c \
	plugins/crypto-std/ecdsa_p256_verify.c \
	plugins/crypto-std/ecdsa_p256_tables.c plugins/crypto-std/item.c \
	plugins/crypto-std/scalar.c plugins/crypto-std/sha256.c $(COMPILE_SOURCES) \
	$(GRPC_CALL_SOURCES)
check_LIBRARIES += libpeer-fixture.a
libpeer_fixture_a_SOURCES = $(peer_fixture)
libpeer_fixture_libs = libpeer-fixture.a $(libbsn_store_libs)
libpeer_fixture_a_CPPFLAGS = $(test_flags)
peer_test_libs = $(libpeer_fixture_libs) $(libbsn_identity_libs) \
	$(libbsn_process_libs) $(libbsn_grpc_event_libs) $(libbsn_grpc_libs) \
	$(GLIB_LIBS) $(LMDB_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS) $(EVENT_LIBS) \
	$(JANSSON_LIBS)

peer_tests = tests/unit/test-peer-parts tests/unit/test-peer-handshake \
	tests/unit/test-peers tests/unit/test-peers-hostile \
	tests/unit/test-peers-middle tests/unit/test-peers-trust
check_PROGRAMS += $(peer_tests)
TESTS += $(peer_tests)
tests_unit_test_peer_parts_CPPFLAGS = $(test_flags)
tests_unit_test_peer_parts_LDADD = $(peer_test_libs)
tests_unit_test_peer_handshake_CPPFLAGS = $(test_flags)
tests_unit_test_peer_handshake_LDADD = $(peer_test_libs)
tests_unit_test_peers_CPPFLAGS = $(test_flags)
tests_unit_test_peers_LDADD = $(peer_test_libs)
tests_unit_test_peers_hostile_CPPFLAGS = $(test_flags)
tests_unit_test_peers_hostile_LDADD = $(peer_test_libs)
tests_unit_test_peers_middle_CPPFLAGS = $(test_flags)
tests_unit_test_peers_middle_LDADD = $(peer_test_libs)
tests_unit_test_peers_trust_CPPFLAGS = $(test_flags)
tests_unit_test_peers_trust_LDADD = $(peer_test_libs)
