check_PROGRAMS += tests/fuzz/fuzz-wasm-exports
tests_fuzz_fuzz_wasm_exports_SOURCES = tests/fuzz/fuzz-wasm-exports.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_wasm_exports_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_wasm_exports_LDADD = $(libbsn_kit_libs)
tests_fuzz_fuzz_wasm_exports_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-exports
endif
