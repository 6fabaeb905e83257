# tests of frameworks' own HTTP interfaces
check_PROGRAMS += tests/unit/test-gateway-native
TESTS += tests/unit/test-gateway-native
tests_unit_test_gateway_native_SOURCES = tests/unit/test-gateway-native.c
tests_unit_test_gateway_native_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_native_LDADD = $(gateway_test_libs)
