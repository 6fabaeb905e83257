# What nodes tell each other of private data.
check_PROGRAMS += tests/fuzz/fuzz-fabric-spread
tests_fuzz_fuzz_fabric_spread_SOURCES = tests/fuzz/fuzz-fabric-spread.c \
	$(fabric_spread) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_spread_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_spread_LDADD = $(fabric_spread_parts)
tests_fuzz_fuzz_fabric_spread_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-spread
endif
