# Queries by content, and indexes.
FABRIC_RICH_FUZZ = tests/fuzz/fuzz-fabric-query tests/fuzz/fuzz-fabric-index
check_PROGRAMS += $(FABRIC_RICH_FUZZ)
tests_fuzz_fuzz_fabric_query_SOURCES = tests/fuzz/fuzz-fabric-query.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_query_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_query_LDADD = $(libfabric_rich_libs) $(libfabric_libs)
tests_fuzz_fuzz_fabric_query_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_fabric_index_SOURCES = tests/fuzz/fuzz-fabric-index.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_fabric_index_CPPFLAGS = $(fabric_test_flags)
tests_fuzz_fuzz_fabric_index_LDADD = $(libfabric_rich_libs) $(libfabric_libs)
tests_fuzz_fuzz_fabric_index_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(FABRIC_RICH_FUZZ)
endif
