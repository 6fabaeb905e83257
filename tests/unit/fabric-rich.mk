# plugins/engine-fabric/rich
fabric_rich_parts = libfabric-rich.la $(fabric_parts)
FABRIC_RICH_TESTS = tests/unit/test-fabric-selector
check_PROGRAMS += $(FABRIC_RICH_TESTS)
TESTS += $(FABRIC_RICH_TESTS)
tests_unit_test_fabric_selector_SOURCES = tests/unit/test-fabric-selector.c
tests_unit_test_fabric_selector_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_selector_LDADD = $(fabric_rich_parts)
