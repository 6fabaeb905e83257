# What nodes tell each other of private data.
check_PROGRAMS += tests/fuzz/fuzz-fabric-spread
tests_fuzz_fuzz_fabric_spread_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_spread_LDADD = $(fuzz_libs) $(fabric_spread_parts)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-spread
endif
