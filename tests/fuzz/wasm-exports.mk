check_PROGRAMS += tests/fuzz/fuzz-wasm-exports
tests_fuzz_fuzz_wasm_exports_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_wasm_exports_LDADD = $(fuzz_libs) $(libbsn_kit_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-exports
endif
