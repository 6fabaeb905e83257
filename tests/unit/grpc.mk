# tests of grpc
grpc_test_flags = $(grpc_flags)
grpc_test_libs = libbsn-grpc.la $(GLIB_LIBS) $(NGHTTP2_LIBS)
grpc_pair = tests/unit/grpc-pair.c tests/unit/grpc-pair.h
grpc_tests = tests/unit/test-grpc-calls
check_PROGRAMS += $(grpc_tests)
TESTS += $(grpc_tests)
tests_unit_test_grpc_calls_SOURCES = tests/unit/test-grpc-calls.c $(grpc_pair)
tests_unit_test_grpc_calls_CPPFLAGS = $(grpc_test_flags)
tests_unit_test_grpc_calls_LDADD = $(grpc_test_libs)
