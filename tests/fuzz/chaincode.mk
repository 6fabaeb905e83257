# Chaincode packages and what chaincodes say.
CHAINCODE_FUZZ = tests/fuzz/fuzz-chaincode-package
check_PROGRAMS += $(CHAINCODE_FUZZ)
tests_fuzz_fuzz_chaincode_package_SOURCES = \
	tests/fuzz/fuzz-chaincode-package.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chaincode_package_CPPFLAGS = $(chaincode_test_flags)
tests_fuzz_fuzz_chaincode_package_LDADD = libchaincode-package.la libbsn-kit.la
tests_fuzz_fuzz_chaincode_package_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(CHAINCODE_FUZZ)
endif
