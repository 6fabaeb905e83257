# What Fabric's clients send.
check_PROGRAMS += tests/fuzz/fuzz-fabric-gateway
tests_fuzz_fuzz_fabric_gateway_SOURCES = tests/fuzz/fuzz-fabric-gateway.c \
	$(fabric_grpc) $(fabric_endorse) \
	$(fuzz_plugins)
tests_fuzz_fuzz_fabric_gateway_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_gateway_LDADD = $(fabric_proposer_parts)
tests_fuzz_fuzz_fabric_gateway_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-gateway
endif
