# plugins/engine-fabric/snapshot, with stand-ins for the other parts.
check_LIBRARIES += libfabric-snapshot-fixture.a
libfabric_snapshot_fixture_a_SOURCES = tests/unit/fabric-snapshots.c \
	tests/unit/fabric-snapshots.h
libfabric_snapshot_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_snapshot_fixture_a_OBJECTS): $(fabric_proto_made)
fabric_snapshot_parts = libfabric-snapshot-fixture.a libfabric-snapshot.a \
	libfabric-order.a libfabric-query.a libfabric-chain.a \
	libfabric-members.a libfabric-snapshot-fixture.a $(fabric_parts)
FABRIC_SNAPSHOT_TESTS = tests/unit/test-fabric-snapshot \
	tests/unit/test-fabric-snapshot-join
check_PROGRAMS += $(FABRIC_SNAPSHOT_TESTS)
TESTS += $(FABRIC_SNAPSHOT_TESTS)
tests_unit_test_fabric_snapshot_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_snapshot_LDADD = $(fabric_snapshot_parts)
tests_unit_test_fabric_snapshot_join_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_snapshot_join_LDADD = $(fabric_snapshot_parts)
