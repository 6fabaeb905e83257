# plugins/engine-fabric/rich
fabric_rich_parts = $(libfabric_rich_libs) $(fabric_parts)
FABRIC_RICH_TESTS = tests/unit/test-fabric-selector \
	tests/unit/test-fabric-indexes \
	tests/unit/test-fabric-rich tests/unit/test-fabric-rich-shim \
	tests/unit/test-fabric-turns
check_PROGRAMS += $(FABRIC_RICH_TESTS)
TESTS += $(FABRIC_RICH_TESTS)
tests_unit_test_fabric_selector_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_selector_LDADD = $(fabric_rich_parts)
tests_unit_test_fabric_rich_SOURCES = tests/unit/test-fabric-rich.c \
	tests/unit/fabric-mango.c tests/unit/fabric-mango.h
tests_unit_test_fabric_rich_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_rich_LDADD = $(fabric_rich_parts) $(ICU_LIBS)
tests_unit_test_fabric_rich_shim_SOURCES = \
	tests/unit/test-fabric-rich-shim.c $(fabric_asker)
tests_unit_test_fabric_rich_shim_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_rich_shim_LDADD = libfabric-chaincode.a \
	libfabric-chain.a $(fabric_rich_parts)
tests_unit_test_fabric_indexes_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_indexes_LDADD = $(libfabric_rich_libs) \
	libfabric-chain.a $(fabric_parts)
tests_unit_test_fabric_turns_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_turns_LDADD = $(fabric_run_parts)
# Answers tests/npm/selectors.mjs.
check_PROGRAMS += tests/unit/fabric-select
tests_unit_fabric_select_CPPFLAGS = $(fabric_test_flags)
tests_unit_fabric_select_LDADD = $(fabric_rich_parts)
EXTRA_DIST += tests/npm/selectors.mjs
