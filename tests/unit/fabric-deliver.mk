# plugins/engine-fabric/gateway: blocks for Fabric's own clients.
check_LIBRARIES += libfabric-deliver-fixture.a
libfabric_deliver_fixture_a_SOURCES = tests/unit/fabric-deliver-parts.c \
	tests/unit/fabric-seek.c tests/unit/fabric-seek.h
libfabric_deliver_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_deliver_fixture_a_OBJECTS): $(fabric_proto_made)
fabric_deliver_parts = libfabric-deliver-fixture.a libfabric-gateway.a \
	libfabric-deliver-fixture.a $(libfabric_open_libs)
FABRIC_DELIVER_TESTS = tests/unit/test-fabric-broadcast \
	tests/unit/test-fabric-deliver tests/unit/test-fabric-seek
check_PROGRAMS += $(FABRIC_DELIVER_TESTS)
TESTS += $(FABRIC_DELIVER_TESTS)
tests_unit_test_fabric_broadcast_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_broadcast_LDADD = $(fabric_deliver_parts)
tests_unit_test_fabric_deliver_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_deliver_LDADD = $(fabric_deliver_parts)
tests_unit_test_fabric_seek_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_seek_LDADD = $(fabric_deliver_parts)
