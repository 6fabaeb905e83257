# plugins/engine-fabric/gateway, on the real endorse/ and the real order/.
check_LIBRARIES += libfabric-gateway-fixture.a
libfabric_gateway_fixture_a_SOURCES = tests/unit/fabric-grpc.c \
	tests/unit/fabric-grpc.h
libfabric_gateway_fixture_a_CPPFLAGS = $(fabric_test_flags)
$(libfabric_gateway_fixture_a_OBJECTS): $(fabric_proto_made)
FABRIC_GATEWAY_TESTS = tests/unit/test-fabric-gateway \
	tests/unit/test-fabric-gateway-endorse \
	tests/unit/test-fabric-gateway-evaluate \
	tests/unit/test-fabric-gateway-events
check_PROGRAMS += $(FABRIC_GATEWAY_TESTS)
TESTS += $(FABRIC_GATEWAY_TESTS)
fabric_proposer_parts = libfabric-gateway-fixture.a libfabric-gateway.a \
	libfabric-query.a $(fabric_endorse_parts)
fabric_proposer = tests/unit/fabric-proposer.c tests/unit/fabric-proposer.h \
	tests/unit/fabric-no-deliver.c
tests_unit_test_fabric_gateway_endorse_SOURCES = \
	tests/unit/test-fabric-gateway-endorse.c $(fabric_proposer)
tests_unit_test_fabric_gateway_endorse_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gateway_endorse_LDADD = $(fabric_proposer_parts)
tests_unit_test_fabric_gateway_evaluate_SOURCES = \
	tests/unit/test-fabric-gateway-evaluate.c $(fabric_proposer)
tests_unit_test_fabric_gateway_evaluate_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gateway_evaluate_LDADD = $(fabric_proposer_parts)
fabric_gateway = tests/unit/fabric-gateway.c tests/unit/fabric-gateway.h \
	tests/unit/fabric-no-deliver.c tests/unit/fabric-no-gather.c
fabric_gateway_parts = libfabric-gateway-fixture.a $(fabric_order_parts) \
	libfabric-gateway.a libfabric-endorse.a libfabric-query.a \
	$(fabric_parts)
tests_unit_test_fabric_gateway_SOURCES = tests/unit/test-fabric-gateway.c \
	$(fabric_gateway)
tests_unit_test_fabric_gateway_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gateway_LDADD = $(fabric_gateway_parts)
tests_unit_test_fabric_gateway_events_SOURCES = \
	tests/unit/test-fabric-gateway-events.c $(fabric_gateway)
tests_unit_test_fabric_gateway_events_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_gateway_events_LDADD = $(fabric_gateway_parts)
