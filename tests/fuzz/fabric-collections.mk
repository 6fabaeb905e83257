# Collections of private data.
check_PROGRAMS += tests/fuzz/fuzz-fabric-collections
tests_fuzz_fuzz_fabric_collections_SOURCES = \
	tests/fuzz/fuzz-fabric-collections.c \
	plugins/engine-fabric/lifecycle/collections.c \
	plugins/engine-fabric/lifecycle/collections_json.c \
	plugins/engine-fabric/lifecycle/terms.c $(fabric_ca) $(fuzz_plugins)
tests_fuzz_fuzz_fabric_collections_CPPFLAGS = $(fabric_fuzz_plugins_flags)
tests_fuzz_fuzz_fabric_collections_LDADD = $(fabric_parts)
tests_fuzz_fuzz_fabric_collections_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-fabric-collections
endif
