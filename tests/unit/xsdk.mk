# tests of frameworks' own HTTP interfaces
check_PROGRAMS += tests/unit/test-gateway-native
TESTS += tests/unit/test-gateway-native
tests_unit_test_gateway_native_CPPFLAGS = $(test_flags)
tests_unit_test_gateway_native_LDADD = $(gateway_test_libs)

check_PROGRAMS += tests/unit/test-xuper-sdk
TESTS += tests/unit/test-xuper-sdk
tests_unit_test_xuper_sdk_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_sdk_LDADD = $(xuper_parts)
EXTRA_DIST += tests/unit/data/xuper-sdk-txs.json tests/xuper-sdk/package.json \
	tests/xuper-sdk/package-lock.json tests/xuper-sdk/flows.mjs \
	tests/xuper-sdk/make-vectors.mjs

check_PROGRAMS += tests/unit/test-xuper-sdk-rpc
TESTS += tests/unit/test-xuper-sdk-rpc
tests_unit_test_xuper_sdk_rpc_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_sdk_rpc_LDADD = $(xuper_parts)

check_PROGRAMS += tests/unit/test-xuper-sdk-guards
TESTS += tests/unit/test-xuper-sdk-guards
tests_unit_test_xuper_sdk_guards_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_sdk_guards_LDADD = $(xuper_parts)
