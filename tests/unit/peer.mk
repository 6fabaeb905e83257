# Connections between hosts. Several hosts in one process, with an engine, keys
# and a registry of the tests'.
check_LIBRARIES += libpeer-fixture.a
libpeer_fixture_a_SOURCES = tests/unit/peer-files.c tests/unit/peer-files.h \
	tests/unit/peer-engine.c tests/unit/peer-fixture.h \
	tests/unit/peer-fixture.c tests/unit/peer-pair.c \
	tests/unit/peer-pair.h tests/unit/peer-raw.c tests/unit/peer-raw.h \
	plugins/crypto-std/ecdsa_p256.c \
	plugins/crypto-std/ecdsa_p256_verify.c \
	plugins/crypto-std/ecdsa_p256_tables.c plugins/crypto-std/item.c \
	plugins/crypto-std/scalar.c plugins/crypto-std/sha256.c
libpeer_fixture_libs = libpeer-fixture.a libhost-fixture.a \
	libpeer-fixture.a $(libhost_fixture_libs)
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
