# plugins/chaincode and plugins/runtime-chaincode
chaincode_test_flags = $(fabric_flags) $(ARCHIVE_CFLAGS)
CHAINCODE_TESTS = tests/unit/test-chaincode-package
check_PROGRAMS += $(CHAINCODE_TESTS)
TESTS += $(CHAINCODE_TESTS)
tests_unit_test_chaincode_package_SOURCES = tests/unit/test-chaincode-package.c
tests_unit_test_chaincode_package_CPPFLAGS = $(chaincode_test_flags)
tests_unit_test_chaincode_package_LDADD = libchaincode-package.la
