# plugins/engine-fisco: chains whose contracts are WebAssembly
check_PROGRAMS += tests/unit/test-fisco-wasm
TESTS += tests/unit/test-fisco-wasm
tests_unit_test_fisco_wasm_SOURCES = tests/unit/test-fisco-wasm.c \
	$(fisco_pair) $(fisco_chain) \
	tests/unit/wasm-samples.c tests/unit/wasm-samples.h
tests_unit_test_fisco_wasm_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_wasm_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
