# plugins/engine-xuper: contracts in WebAssembly
XUPER_WASM_TESTS = tests/unit/test-xuper-wasm tests/unit/test-xuper-wasm-chain
check_PROGRAMS += $(XUPER_WASM_TESTS)
TESTS += $(XUPER_WASM_TESTS)
tests_unit_test_xuper_wasm_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_wasm_LDADD = $(xuper_parts)
tests_unit_test_xuper_wasm_chain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_wasm_chain_LDADD = $(xuper_parts)
EXTRA_DIST += tests/unit/contracts/asker.c tests/unit/contracts/asker.wasm \
	tests/unit/contracts/make-asker

# plugins/kit: what modules export, and what contracts answer
check_PROGRAMS += tests/unit/test-wasm-exports
TESTS += tests/unit/test-wasm-exports
tests_unit_test_wasm_exports_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_wasm_exports_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
