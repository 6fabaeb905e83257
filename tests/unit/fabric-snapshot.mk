# plugins/engine-fabric/snapshot, with stand-ins for the other parts.
fabric_snapshots = tests/unit/fabric-snapshots.c \
	tests/unit/fabric-snapshots.h \
	tests/unit/fabric-channel.c tests/unit/fabric-channel.h \
	$(fabric_ledger)
fabric_snapshot_parts = libfabric-snapshot.a libfabric-order.a \
	libfabric-query.a libfabric-chain.a libfabric-members.a \
	$(fabric_parts)
FABRIC_SNAPSHOT_TESTS = tests/unit/test-fabric-snapshot \
	tests/unit/test-fabric-snapshot-join
check_PROGRAMS += $(FABRIC_SNAPSHOT_TESTS)
TESTS += $(FABRIC_SNAPSHOT_TESTS)
tests_unit_test_fabric_snapshot_SOURCES = tests/unit/test-fabric-snapshot.c \
	$(fabric_snapshots)
tests_unit_test_fabric_snapshot_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_snapshot_LDADD = $(fabric_snapshot_parts)
tests_unit_test_fabric_snapshot_join_SOURCES = \
	tests/unit/test-fabric-snapshot-join.c $(fabric_snapshots)
tests_unit_test_fabric_snapshot_join_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_snapshot_join_LDADD = $(fabric_snapshot_parts)
