# WebAssembly code.
check_PROGRAMS += tests/fuzz/fuzz-wasm-exec
tests_fuzz_fuzz_wasm_exec_CPPFLAGS = $(plugin_flags)
tests_fuzz_fuzz_wasm_exec_LDADD = $(fuzz_libs) $(libwasm_libs) \
	$(libbsn_kit_libs) $(GLIB_LIBS)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-exec
endif
