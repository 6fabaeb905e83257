# plugins/engine-fabric/private
fabric_private = tests/unit/fabric-private.c tests/unit/fabric-private.h \
	$(fabric_ledger)
# Its objects alone: other parts of the engine are stand-ins, but for what a
# collection is.
fabric_private_parts = libfabric-private.la libfabric-lifecycle.la $(fabric_parts)
FABRIC_PRIVATE_TESTS = tests/unit/test-fabric-private \
	tests/unit/test-fabric-gather-private \
	tests/unit/test-fabric-reconcile
check_PROGRAMS += $(FABRIC_PRIVATE_TESTS)
TESTS += $(FABRIC_PRIVATE_TESTS)
tests_unit_test_fabric_private_SOURCES = tests/unit/test-fabric-private.c \
	$(fabric_private)
tests_unit_test_fabric_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_private_LDADD = $(fabric_private_parts)
tests_unit_test_fabric_reconcile_SOURCES = tests/unit/test-fabric-reconcile.c \
	$(fabric_private)
tests_unit_test_fabric_reconcile_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_reconcile_LDADD = $(fabric_private_parts)
tests_unit_test_fabric_gather_private_SOURCES = \
	tests/unit/test-fabric-gather-private.c $(fabric_endorse)
tests_unit_test_fabric_gather_private_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gather_private_LDADD = $(fabric_endorse_parts)
