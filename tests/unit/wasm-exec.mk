# plugins/runtime-wasm/exec
wasm_exec_tests = tests/unit/test-wasm-exec tests/unit/test-wasm-exec-control \
	tests/unit/test-wasm-exec-host
check_PROGRAMS += $(wasm_exec_tests)
TESTS += $(wasm_exec_tests)
tests_unit_test_wasm_exec_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_exec_LDADD = $(wasm_module_test_libs)
tests_unit_test_wasm_exec_control_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_exec_control_LDADD = $(wasm_module_test_libs)
tests_unit_test_wasm_exec_host_CPPFLAGS = $(plugin_flags)
tests_unit_test_wasm_exec_host_LDADD = $(wasm_module_test_libs)
