# WebAssembly modules.
check_PROGRAMS += tests/fuzz/fuzz-wasm-module
tests_fuzz_fuzz_wasm_module_SOURCES = tests/fuzz/fuzz-wasm-module.c $(FUZZ_MAIN)
tests_fuzz_fuzz_wasm_module_CPPFLAGS = $(plugin_flags)
tests_fuzz_fuzz_wasm_module_LDADD = $(libwasm_libs) $(libbsn_kit_libs) \
	$(GLIB_LIBS)
tests_fuzz_fuzz_wasm_module_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-module
endif
