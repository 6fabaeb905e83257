# plugins/engine-fabric/rich
fabric_rich_parts = libfabric-rich.la $(fabric_parts)
FABRIC_RICH_TESTS = tests/unit/test-fabric-selector \
	tests/unit/test-fabric-indexes \
	tests/unit/test-fabric-rich tests/unit/test-fabric-rich-shim
check_PROGRAMS += $(FABRIC_RICH_TESTS)
TESTS += $(FABRIC_RICH_TESTS)
tests_unit_test_fabric_selector_SOURCES = tests/unit/test-fabric-selector.c
tests_unit_test_fabric_selector_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_selector_LDADD = $(fabric_rich_parts)
tests_unit_test_fabric_rich_SOURCES = tests/unit/test-fabric-rich.c \
	tests/unit/fabric-mango.c tests/unit/fabric-mango.h $(fabric_ledger)
tests_unit_test_fabric_rich_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_rich_LDADD = $(fabric_rich_parts) $(ICU_LIBS)
tests_unit_test_fabric_rich_shim_SOURCES = \
	tests/unit/test-fabric-rich-shim.c $(fabric_asker) \
	$(fabric_collections) $(fabric_ledger)
tests_unit_test_fabric_rich_shim_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_rich_shim_LDADD = libfabric-chaincode.la \
	libfabric-chain.la $(fabric_rich_parts)
tests_unit_test_fabric_indexes_SOURCES = tests/unit/test-fabric-indexes.c \
	$(fabric_ledger)
tests_unit_test_fabric_indexes_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_indexes_LDADD = libfabric-rich.la \
	libfabric-chain.la $(fabric_parts)
