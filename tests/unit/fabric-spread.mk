# plugins/engine-fabric/private
fabric_spread = tests/unit/fabric-spread.c tests/unit/fabric-spread.h \
	$(fabric_ledger)
# Its objects alone: other parts of the engine are stand-ins, but for what a
# collection is.
fabric_spread_parts = libfabric-private.a libfabric-lifecycle.a $(fabric_parts)
FABRIC_SPREAD_TESTS = tests/unit/test-fabric-spread \
	tests/unit/test-fabric-gather-private \
	tests/unit/test-fabric-reconcile
check_PROGRAMS += $(FABRIC_SPREAD_TESTS)
TESTS += $(FABRIC_SPREAD_TESTS)
tests_unit_test_fabric_spread_SOURCES = tests/unit/test-fabric-spread.c \
	$(fabric_spread)
tests_unit_test_fabric_spread_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_spread_LDADD = $(fabric_spread_parts)
tests_unit_test_fabric_reconcile_SOURCES = tests/unit/test-fabric-reconcile.c \
	$(fabric_spread)
tests_unit_test_fabric_reconcile_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_reconcile_LDADD = $(fabric_spread_parts)
tests_unit_test_fabric_gather_private_SOURCES = \
	tests/unit/test-fabric-gather-private.c $(fabric_endorse)
tests_unit_test_fabric_gather_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gather_private_LDADD = $(fabric_endorse_parts)
