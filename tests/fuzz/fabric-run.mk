# What chaincodes ask, and contracts that are compiled in.
FABRIC_RUN_FUZZ = tests/fuzz/fuzz-fabric-shim tests/fuzz/fuzz-native
check_PROGRAMS += $(FABRIC_RUN_FUZZ)
tests_fuzz_fuzz_fabric_shim_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_shim_LDADD = $(fuzz_libs) $(fabric_run_parts)
tests_fuzz_fuzz_native_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_native_LDADD = $(fuzz_libs) $(libnative_libs)
if !FUZZING
TESTS += $(FABRIC_RUN_FUZZ)
endif
