# plugins/engine-fabric: chaincode in WebAssembly
check_PROGRAMS += tests/unit/test-fabric-wasm
TESTS += tests/unit/test-fabric-wasm
tests_unit_test_fabric_wasm_CPPFLAGS = $(fabric_test_flags)
tests_unit_test_fabric_wasm_LDADD = $(fabric_run_parts)
