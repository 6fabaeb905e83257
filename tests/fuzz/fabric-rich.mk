# Queries by content, and indexes.
FABRIC_RICH_FUZZ = tests/fuzz/fuzz-fabric-query tests/fuzz/fuzz-fabric-index
check_PROGRAMS += $(FABRIC_RICH_FUZZ)
tests_fuzz_fuzz_fabric_query_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_query_LDADD = $(fuzz_libs) $(libfabric_rich_libs) \
	$(libfabric_libs)
tests_fuzz_fuzz_fabric_index_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_index_LDADD = $(fuzz_libs) $(libfabric_rich_libs) \
	$(libfabric_libs)
if !FUZZING
TESTS += $(FABRIC_RICH_FUZZ)
endif
