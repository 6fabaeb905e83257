# Collections of private data.
check_PROGRAMS += tests/fuzz/fuzz-fabric-collections
tests_fuzz_fuzz_fabric_collections_SOURCES = \
	tests/fuzz/fuzz-fabric-collections.c \
	plugins/engine-fabric/lifecycle/collections_json.c \
	plugins/engine-fabric/lifecycle/terms.c
tests_fuzz_fuzz_fabric_collections_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_collections_LDADD = $(fuzz_libs) $(fabric_parts)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-collections
endif
