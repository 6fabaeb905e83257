# Real chaincodes, run by tests/integration/test-chaincode.mjs.
EXTRA_DIST += tests/chaincode/package.json tests/chaincode/package-lock.json \
	tests/chaincode/every-call/package.json \
	tests/chaincode/every-call/index.js \
	tests/chaincode/secret/package.json tests/chaincode/secret/index.js \
	tests/chaincode/service/index.js \
	tests/chaincode/typed/package.json tests/chaincode/typed/tsconfig.json \
	tests/chaincode/typed/src/index.ts tests/chaincode/typed/src/accounts.ts
check_PROGRAMS += tests/chaincode/test-programs tests/chaincode/measure
tests_chaincode_test_programs_SOURCES = tests/chaincode/test-programs.c \
	tests/chaincode/programs.c tests/chaincode/programs.h
tests_chaincode_test_programs_CPPFLAGS = $(libchaincode_peer_a_CPPFLAGS)
tests_chaincode_test_programs_LDADD = $(chaincode_peer_libs)
tests_chaincode_measure_SOURCES = tests/chaincode/measure.c \
	tests/chaincode/programs.c tests/chaincode/programs.h
tests_chaincode_measure_CPPFLAGS = $(libchaincode_peer_a_CPPFLAGS)
tests_chaincode_measure_LDADD = $(chaincode_peer_libs)
