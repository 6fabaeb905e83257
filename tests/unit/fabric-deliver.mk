# plugins/engine-fabric/gateway: blocks for Fabric's own clients.
fabric_seek = tests/unit/fabric-seek.c tests/unit/fabric-seek.h \
	tests/unit/fabric-deliver-parts.c tests/unit/fabric-no-gather.c
fabric_calls = tests/unit/fabric-call.c tests/unit/fabric-call.h
fabric_deliver_parts = libfabric-gateway.a $(libfabric_open_libs)
FABRIC_DELIVER_TESTS = tests/unit/test-fabric-broadcast \
	tests/unit/test-fabric-deliver tests/unit/test-fabric-seek
check_PROGRAMS += $(FABRIC_DELIVER_TESTS)
TESTS += $(FABRIC_DELIVER_TESTS)
tests_unit_test_fabric_broadcast_SOURCES = tests/unit/test-fabric-broadcast.c \
	$(fabric_seek) $(fabric_calls)
tests_unit_test_fabric_broadcast_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_broadcast_LDADD = $(fabric_deliver_parts)
tests_unit_test_fabric_deliver_SOURCES = tests/unit/test-fabric-deliver.c \
	$(fabric_seek) $(fabric_calls)
tests_unit_test_fabric_deliver_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_deliver_LDADD = $(fabric_deliver_parts)
tests_unit_test_fabric_seek_SOURCES = tests/unit/test-fabric-seek.c \
	$(fabric_seek)
tests_unit_test_fabric_seek_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_seek_LDADD = $(fabric_deliver_parts)
