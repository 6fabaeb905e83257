# What clients ask Deliver for.
check_PROGRAMS += tests/fuzz/fuzz-fabric-seek
tests_fuzz_fuzz_fabric_seek_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_seek_LDADD = $(fuzz_libs) $(fabric_deliver_parts)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-seek
endif
