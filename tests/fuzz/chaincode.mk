# Chaincode packages and what chaincodes say.
CHAINCODE_FUZZ = tests/fuzz/fuzz-chaincode-connection \
	tests/fuzz/fuzz-chaincode-message \
	tests/fuzz/fuzz-chaincode-package tests/fuzz/fuzz-chaincode-source
check_PROGRAMS += $(CHAINCODE_FUZZ)
tests_fuzz_fuzz_chaincode_package_CPPFLAGS = $(chaincode_test_flags)
tests_fuzz_fuzz_chaincode_package_LDADD = $(fuzz_libs) \
	$(libchaincode_package_libs) $(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_connection_CPPFLAGS = $(runtime_chaincode_flags)
tests_fuzz_fuzz_chaincode_connection_LDADD = $(fuzz_libs) \
	$(libruntime_chaincode_libs) $(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_message_CPPFLAGS = $(runtime_chaincode_flags)
tests_fuzz_fuzz_chaincode_message_LDADD = $(fuzz_libs) \
	$(libruntime_chaincode_libs) $(libbsn_kit_libs)
tests_fuzz_fuzz_chaincode_source_CPPFLAGS = $(runtime_chaincode_flags)
tests_fuzz_fuzz_chaincode_source_LDADD = $(fuzz_libs) \
	$(libruntime_chaincode_libs) $(libbsn_kit_libs)
if !FUZZING
TESTS += $(CHAINCODE_FUZZ)
endif
