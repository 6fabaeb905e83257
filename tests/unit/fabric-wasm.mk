# plugins/engine-fabric: chaincode in WebAssembly
check_PROGRAMS += tests/unit/test-fabric-wasm
TESTS += tests/unit/test-fabric-wasm
tests_unit_test_fabric_wasm_SOURCES = tests/unit/test-fabric-wasm.c \
	tests/unit/wasm-samples.c tests/unit/wasm-samples.h $(fabric_run)
tests_unit_test_fabric_wasm_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_wasm_LDADD = $(fabric_run_parts)
