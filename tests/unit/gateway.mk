# tests of gateway
check_PROGRAMS += tests/unit/test-gateway-input
TESTS += tests/unit/test-gateway-input
tests_unit_test_gateway_input_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_input_LDADD = libbsn-host.a $(libbsn_identity_libs) \
	$(GLIB_LIBS) $(JANSSON_LIBS) $(EVENT_LIBS)

# A gateway on a socket, with an engine, keystore and registry of the tests'.
check_LIBRARIES += libgateway-fixture.a
libgateway_fixture_a_SOURCES = tests/unit/gateway_client.c \
	tests/unit/gateway_engine.c tests/unit/gateway_engine.h \
	tests/unit/gateway_fakes.c tests/unit/gateway_fixture.c \
	tests/unit/gateway_fixture.h tests/unit/gateway_grpc.c \
	tests/unit/gateway_messages.c tests/unit/gateway_native.c \
	tests/unit/gateway_rpc.c tests/unit/gateway_stream.c \
	host/service/stream.c $(GATEWAY_SOURCES) $(CHANNEL_SOURCES) \
	$(HOST_GRPC_SOURCES) $(IO_SOURCES)
libgateway_fixture_libs = libgateway-fixture.a libhost-fixture.a \
	libgateway-fixture.a $(libhost_fixture_libs)
libgateway_fixture_a_CPPFLAGS = $(test_flags) $(CURL_CFLAGS)
gateway_test_libs = $(libgateway_fixture_libs) $(libbsn_identity_libs) \
	$(libbsn_grpc_event_libs) $(libbsn_grpc_libs) \
	$(libbsn_process_libs) $(GLIB_LIBS) \
	$(LMDB_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS) $(EVENT_LIBS) \
	$(JANSSON_LIBS) $(CURL_LIBS)

gateway_tests = tests/unit/test-gateway tests/unit/test-gateway-limits \
	tests/unit/test-gateway-certificates \
	tests/unit/test-gateway-events tests/unit/test-gateway-rpc \
	tests/unit/test-gateway-messages \
	tests/unit/test-gateway-websocket tests/unit/test-channel \
	tests/unit/test-grpc-host tests/unit/test-grpc-host-room \
	tests/unit/test-gateway-compile
check_PROGRAMS += $(gateway_tests)
TESTS += $(gateway_tests)
tests_unit_test_gateway_messages_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_messages_LDADD = $(gateway_test_libs)
tests_unit_test_gateway_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_LDADD = $(gateway_test_libs)
tests_unit_test_gateway_certificates_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_certificates_LDADD = libtest-ca.a $(gateway_test_libs)
tests_unit_test_gateway_compile_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_compile_LDADD = $(gateway_test_libs)
tests_unit_test_gateway_limits_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_limits_LDADD = $(gateway_test_libs)
tests_unit_test_gateway_events_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_events_LDADD = $(gateway_test_libs)
tests_unit_test_gateway_rpc_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_rpc_LDADD = $(gateway_test_libs)

check_PROGRAMS += tests/unit/test-rpc-scan
TESTS += tests/unit/test-rpc-scan
tests_unit_test_rpc_scan_CPPFLAGS = $(test_flags)
tests_unit_test_rpc_scan_LDADD = libbsn-host.a $(GLIB_LIBS)
tests_unit_test_gateway_websocket_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_websocket_LDADD = $(gateway_test_libs)

check_PROGRAMS += tests/unit/test-ws-parser
TESTS += tests/unit/test-ws-parser
tests_unit_test_ws_parser_CPPFLAGS = $(test_flags)
tests_unit_test_ws_parser_LDADD = libbsn-host.a $(GLIB_LIBS)

tests_unit_test_channel_CPPFLAGS = $(test_flags)
tests_unit_test_channel_LDADD = $(gateway_test_libs)

tests_unit_test_grpc_host_SOURCES = tests/unit/test-grpc-host.c \
	tests/unit/grpc-sdk.c tests/unit/grpc-sdk.h
tests_unit_test_grpc_host_CPPFLAGS = $(test_flags)
tests_unit_test_grpc_host_LDADD = $(gateway_test_libs)
tests_unit_test_grpc_host_room_SOURCES = tests/unit/test-grpc-host-room.c \
	tests/unit/grpc-sdk.c tests/unit/grpc-sdk.h
tests_unit_test_grpc_host_room_CPPFLAGS = $(test_flags)
tests_unit_test_grpc_host_room_LDADD = $(gateway_test_libs)

check_PROGRAMS += tests/unit/test-grpc-routes
TESTS += tests/unit/test-grpc-routes
tests_unit_test_grpc_routes_CPPFLAGS = $(test_flags)
tests_unit_test_grpc_routes_LDADD = libbsn-host.a $(GLIB_LIBS)
