# What contracts called by name are given.
check_PROGRAMS += tests/unit/test-arguments
TESTS += tests/unit/test-arguments
tests_unit_test_arguments_SOURCES = tests/unit/test-arguments.c \
	tests/unit/assert-bytes.h
tests_unit_test_arguments_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_arguments_LDADD = $(libbsn_kit_libs)

# runtime-wasm on an engine's state.
check_LIBRARIES += libwasm-fixture.a
libwasm_fixture_a_SOURCES = tests/unit/wasm-bytes.c tests/unit/wasm-bytes.h \
	tests/unit/wasm-ground.c tests/unit/wasm-ground.h \
	tests/unit/wasm-run.c tests/unit/wasm-run.h
libwasm_fixture_a_CPPFLAGS = $(fabric_flags)
wasm_ground_libs = libwasm-fixture.a $(libwasm_libs) $(libfake_host_libs) \
	$(libbsn_kit_libs)
wasm_crypto_libs = $(crypto_std_plugin_libs) $(wasm_ground_libs)
WASM_RUNTIME_TESTS = tests/unit/test-wasm-check tests/unit/test-wasm-greed \
	tests/unit/test-wasm-runtime tests/unit/test-wasm-runtime-calls
check_PROGRAMS += $(WASM_RUNTIME_TESTS)
TESTS += $(WASM_RUNTIME_TESTS)
EXTRA_DIST += tests/wasm/contracts
tests_unit_test_wasm_runtime_CPPFLAGS = $(fabric_flags)
tests_unit_test_wasm_runtime_LDADD = $(wasm_ground_libs)
tests_unit_test_wasm_greed_CPPFLAGS = $(fabric_flags)
tests_unit_test_wasm_greed_LDADD = $(wasm_ground_libs)
tests_unit_test_wasm_check_CPPFLAGS = $(fabric_flags)
tests_unit_test_wasm_check_LDADD = $(wasm_ground_libs)
tests_unit_test_wasm_runtime_calls_CPPFLAGS = $(fabric_flags)
tests_unit_test_wasm_runtime_calls_LDADD = $(wasm_ground_libs)

# The same as chaincodes.
check_PROGRAMS += tests/unit/test-wasm-chaincode
TESTS += tests/unit/test-wasm-chaincode
tests_unit_test_wasm_chaincode_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_wasm_chaincode_LDADD = $(fabric_run_parts)

# Thousands of broken contracts, through the fuzz target.
check_PROGRAMS += tests/unit/test-wasm-storm
TESTS += tests/unit/test-wasm-storm
tests_unit_test_wasm_storm_SOURCES = tests/unit/test-wasm-storm.c \
	tests/fuzz/fuzz-wasm-runtime.c
tests_unit_test_wasm_storm_CPPFLAGS = $(fabric_flags)
tests_unit_test_wasm_storm_LDADD = $(wasm_crypto_libs)
