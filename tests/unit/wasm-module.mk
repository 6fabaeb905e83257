# plugins/runtime-wasm/module
wasm_module_tests = tests/unit/test-wasm-module \
	tests/unit/test-wasm-module-limits tests/unit/test-wasm-module-refused
wasm_module_test_libs = libwasm-fixture.a $(libwasm_libs) $(libbsn_kit_libs) \
	$(GLIB_LIBS)
check_PROGRAMS += $(wasm_module_tests)
TESTS += $(wasm_module_tests)
tests_unit_test_wasm_module_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_module_LDADD = $(wasm_module_test_libs)
tests_unit_test_wasm_module_limits_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_module_limits_LDADD = $(wasm_module_test_libs)
tests_unit_test_wasm_module_refused_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_module_refused_LDADD = $(wasm_module_test_libs)
