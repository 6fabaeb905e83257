# WebAssembly modules.
check_PROGRAMS += tests/fuzz/fuzz-wasm-module
tests_fuzz_fuzz_wasm_module_CPPFLAGS = $(plugin_flags)
tests_fuzz_fuzz_wasm_module_LDADD = $(fuzz_libs) $(libwasm_libs) \
	$(libbsn_kit_libs) $(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-module
endif
