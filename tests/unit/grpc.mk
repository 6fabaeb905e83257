# tests of grpc
grpc_test_libs = $(libbsn_grpc_libs) $(GLIB_LIBS) $(NGHTTP2_LIBS)
check_LIBRARIES += libgrpc-fixture.a
libgrpc_fixture_a_SOURCES = tests/unit/grpc-pair.c tests/unit/grpc-pair.h \
	tests/unit/grpc-raw.c tests/unit/grpc-raw.h
libgrpc_fixture_a_CPPFLAGS = $(grpc_flags)
grpc_tests = tests/unit/test-grpc-calls tests/unit/test-grpc-client \
	tests/unit/test-grpc-flow tests/unit/test-grpc-parts \
	tests/unit/test-grpc-room tests/unit/test-grpc-server \
	tests/unit/test-grpc-torture
check_PROGRAMS += $(grpc_tests)
TESTS += $(grpc_tests)
tests_unit_test_grpc_calls_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_calls_LDADD = libgrpc-fixture.a $(grpc_test_libs)
tests_unit_test_grpc_client_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_client_LDADD = libgrpc-fixture.a $(grpc_test_libs)
tests_unit_test_grpc_flow_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_flow_LDADD = libgrpc-fixture.a $(grpc_test_libs)
tests_unit_test_grpc_parts_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_parts_LDADD = $(grpc_test_libs)
tests_unit_test_grpc_room_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_room_LDADD = libgrpc-fixture.a $(grpc_test_libs)
tests_unit_test_grpc_server_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_server_LDADD = libgrpc-fixture.a $(grpc_test_libs)
tests_unit_test_grpc_torture_CPPFLAGS = $(grpc_flags)
tests_unit_test_grpc_torture_LDADD = libgrpc-fixture.a $(grpc_test_libs)
