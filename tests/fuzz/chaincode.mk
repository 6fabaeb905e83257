# Chaincode packages and what chaincodes say.
CHAINCODE_FUZZ = tests/fuzz/fuzz-chaincode-connection \
	tests/fuzz/fuzz-chaincode-message \
	tests/fuzz/fuzz-chaincode-package tests/fuzz/fuzz-chaincode-source
check_PROGRAMS += $(CHAINCODE_FUZZ)
tests_fuzz_fuzz_chaincode_package_SOURCES = \
	tests/fuzz/fuzz-chaincode-package.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chaincode_package_CPPFLAGS = $(chaincode_test_flags)
tests_fuzz_fuzz_chaincode_package_LDADD = $(libchaincode_package_libs) \
	$(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_package_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_chaincode_connection_SOURCES = \
	tests/fuzz/fuzz-chaincode-connection.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chaincode_connection_CPPFLAGS = $(runtime_chaincode_flags)
tests_fuzz_fuzz_chaincode_connection_LDADD = $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_connection_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_chaincode_message_SOURCES = \
	tests/fuzz/fuzz-chaincode-message.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chaincode_message_CPPFLAGS = $(runtime_chaincode_flags)
tests_fuzz_fuzz_chaincode_message_LDADD = $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_message_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_chaincode_source_SOURCES = \
	tests/fuzz/fuzz-chaincode-source.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chaincode_source_CPPFLAGS = $(runtime_chaincode_flags)
tests_fuzz_fuzz_chaincode_source_LDADD = $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_source_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(CHAINCODE_FUZZ)
endif
