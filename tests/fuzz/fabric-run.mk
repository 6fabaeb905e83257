# What chaincodes ask, and contracts that are compiled in.
FABRIC_RUN_FUZZ = tests/fuzz/fuzz-fabric-shim tests/fuzz/fuzz-native
check_PROGRAMS += $(FABRIC_RUN_FUZZ)
tests_fuzz_fuzz_fabric_shim_SOURCES = tests/fuzz/fuzz-fabric-shim.c \
	$(fabric_collections) $(fabric_private) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_shim_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_shim_LDADD = $(fabric_run_parts)
tests_fuzz_fuzz_fabric_shim_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_native_SOURCES = tests/fuzz/fuzz-native.c $(FUZZ_MAIN)
tests_fuzz_fuzz_native_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_native_LDADD = $(libnative_libs)
tests_fuzz_fuzz_native_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(FABRIC_RUN_FUZZ)
endif
