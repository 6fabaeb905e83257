# plugins/engine-fabric/lifecycle
fabric_lifecycle = tests/unit/fabric-lifecycle.c \
	tests/unit/fabric-lifecycle.h \
	tests/unit/fabric-channel.c tests/unit/fabric-channel.h \
	$(fabric_ledger)
# Its objects alone: other parts of the engine are stand-ins.
fabric_lifecycle_parts = libfabric-lifecycle.la libfabric-chain.la \
	libchaincode-package.la $(fabric_parts)
FABRIC_LIFECYCLE_TESTS = tests/unit/test-fabric-lifecycle
check_PROGRAMS += $(FABRIC_LIFECYCLE_TESTS)
TESTS += $(FABRIC_LIFECYCLE_TESTS)
tests_unit_test_fabric_lifecycle_SOURCES = \
	tests/unit/test-fabric-lifecycle.c $(fabric_lifecycle)
tests_unit_test_fabric_lifecycle_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_lifecycle_LDADD = $(fabric_lifecycle_parts)
