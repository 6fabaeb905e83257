# plugins/engine-fabric/private
check_LIBRARIES += libfabric-spread-fixture.a
libfabric_spread_fixture_a_SOURCES = tests/unit/fabric-spread.c \
	tests/unit/fabric-spread.h
libfabric_spread_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_spread_fixture_a_OBJECTS): $(fabric_proto_made)
# Its objects alone: other parts of the engine are stand-ins, but for what a
# collection is.
fabric_spread_parts = libfabric-spread-fixture.a libfabric-private.a \
	libfabric-lifecycle.a libfabric-spread-fixture.a $(fabric_parts)
FABRIC_SPREAD_TESTS = tests/unit/test-fabric-spread \
	tests/unit/test-fabric-gather-private \
	tests/unit/test-fabric-reconcile
check_PROGRAMS += $(FABRIC_SPREAD_TESTS)
TESTS += $(FABRIC_SPREAD_TESTS)
tests_unit_test_fabric_spread_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_spread_LDADD = $(fabric_spread_parts)
tests_unit_test_fabric_reconcile_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_reconcile_LDADD = $(fabric_spread_parts)
tests_unit_test_fabric_gather_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gather_private_LDADD = $(fabric_endorse_parts)
