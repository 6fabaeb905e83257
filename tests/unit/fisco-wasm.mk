# plugins/engine-fisco: chains whose contracts are WebAssembly
check_PROGRAMS += tests/unit/test-fisco-wasm
TESTS += tests/unit/test-fisco-wasm
tests_unit_test_fisco_wasm_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_wasm_LDADD = $(fisco_chain_libs)
