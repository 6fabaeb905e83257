# plugins/chaincode and plugins/runtime-chaincode
chaincode_test_flags = $(fabric_flags) $(ARCHIVE_CFLAGS)
CHAINCODE_TESTS = tests/unit/test-ctl-pack \
	tests/unit/test-chaincode-check tests/unit/test-chaincode-parts \
	tests/unit/test-chaincode-package tests/unit/test-chaincode-runtime
check_PROGRAMS += $(CHAINCODE_TESTS)
TESTS += $(CHAINCODE_TESTS)
tests_unit_test_chaincode_package_CPPFLAGS = $(chaincode_test_flags)
tests_unit_test_chaincode_package_LDADD = $(libchaincode_package_libs) \
	$(libbsn_kit_libs)
tests_unit_test_chaincode_parts_CPPFLAGS = $(runtime_chaincode_flags)
tests_unit_test_chaincode_parts_LDADD = $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs)
tests_unit_test_chaincode_check_CPPFLAGS = $(runtime_chaincode_flags)
tests_unit_test_chaincode_check_LDADD = $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs)

# What an engine is to the runtime.
check_LIBRARIES += libchaincode-peer.a
libchaincode_peer_a_SOURCES = tests/unit/chaincode-peer.c \
	tests/unit/chaincode-peer.h tests/unit/chaincode-state.c
libchaincode_peer_a_CPPFLAGS = $(test_flags) $(runtime_chaincode_flags) \
	-I$(fabric_proto_dir) $(PROTOBUF_C_CFLAGS)
libchaincode_peer_libs = libchaincode-peer.a $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs) $(libfabric_proto_libs) libio-fixture.a
chaincode_peer_libs = $(libchaincode_peer_libs) $(UNIT_LIBS) $(GLIB_LIBS) \
	$(EVENT_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)
tests_unit_test_chaincode_runtime_SOURCES = \
	tests/unit/test-chaincode-runtime.c \
	tests/unit/chaincode-service.c tests/unit/chaincode-service.h
tests_unit_test_chaincode_runtime_CPPFLAGS = $(libchaincode_peer_a_CPPFLAGS)
tests_unit_test_chaincode_runtime_LDADD = $(chaincode_peer_libs)
tests_unit_test_ctl_pack_CPPFLAGS = $(chaincode_test_flags)
tests_unit_test_ctl_pack_LDADD = $(libchaincode_package_libs) $(libbsn_kit_libs)
