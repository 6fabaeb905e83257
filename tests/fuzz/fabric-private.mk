# Private data as others give it.
FABRIC_PRIVATE_FUZZ = tests/fuzz/fuzz-fabric-private
check_PROGRAMS += $(FABRIC_PRIVATE_FUZZ)
tests_fuzz_fuzz_fabric_private_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_private_LDADD = $(fuzz_libs) $(fabric_parts)
if !FUZZING
TESTS += $(FABRIC_PRIVATE_FUZZ)
endif
