# plugins/engine-xuper: contracts in WebAssembly
XUPER_WASM_TESTS = tests/unit/test-xuper-wasm tests/unit/test-xuper-wasm-chain
check_PROGRAMS += $(XUPER_WASM_TESTS)
TESTS += $(XUPER_WASM_TESTS)
xuper_wasm = tests/unit/wasm-samples.c tests/unit/wasm-samples.h
tests_unit_test_xuper_wasm_SOURCES = tests/unit/test-xuper-wasm.c \
	$(xuper_wasm) $(xuper_contracts)
tests_unit_test_xuper_wasm_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_wasm_LDADD = $(xuper_parts)
tests_unit_test_xuper_wasm_chain_SOURCES = tests/unit/test-xuper-wasm-chain.c \
	$(xuper_wasm) $(xuper_nodes)
tests_unit_test_xuper_wasm_chain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_wasm_chain_LDADD = $(xuper_parts)
EXTRA_DIST += tests/unit/contracts/asker.c tests/unit/contracts/asker.wasm \
	tests/unit/contracts/make-asker

# plugins/kit: what modules export, and what contracts answer
check_PROGRAMS += tests/unit/test-wasm-exports
TESTS += tests/unit/test-wasm-exports
tests_unit_test_wasm_exports_SOURCES = tests/unit/test-wasm-exports.c \
	$(xuper_wasm)
tests_unit_test_wasm_exports_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_wasm_exports_LDADD = $(libbsn_kit_libs)
