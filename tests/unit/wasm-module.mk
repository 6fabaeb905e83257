# plugins/runtime-wasm/module
wasm_module_tests = tests/unit/test-wasm-module \
	tests/unit/test-wasm-module-limits tests/unit/test-wasm-module-refused
wasm_module_test_libs = $(libwasm_libs) $(libbsn_kit_libs) $(GLIB_LIBS)
wasm_bytes = tests/unit/wasm-bytes.c tests/unit/wasm-bytes.h
check_PROGRAMS += $(wasm_module_tests)
TESTS += $(wasm_module_tests)
tests_unit_test_wasm_module_SOURCES = tests/unit/test-wasm-module.c \
	$(wasm_bytes)
tests_unit_test_wasm_module_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_module_LDADD = $(wasm_module_test_libs)
tests_unit_test_wasm_module_limits_SOURCES = \
	tests/unit/test-wasm-module-limits.c $(wasm_bytes)
tests_unit_test_wasm_module_limits_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_module_limits_LDADD = $(wasm_module_test_libs)
tests_unit_test_wasm_module_refused_SOURCES = \
	tests/unit/test-wasm-module-refused.c $(wasm_bytes)
tests_unit_test_wasm_module_refused_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_module_refused_LDADD = $(wasm_module_test_libs)
