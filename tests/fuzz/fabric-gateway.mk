# What Fabric's clients send.
check_PROGRAMS += tests/fuzz/fuzz-fabric-gateway
tests_fuzz_fuzz_fabric_gateway_SOURCES = tests/fuzz/fuzz-fabric-gateway.c \
	tests/unit/fabric-no-deliver.c
tests_fuzz_fuzz_fabric_gateway_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_gateway_LDADD = $(fuzz_libs) $(fabric_proposer_parts)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-gateway
endif
