# WebAssembly code.
check_PROGRAMS += tests/fuzz/fuzz-wasm-exec
tests_fuzz_fuzz_wasm_exec_SOURCES = tests/fuzz/fuzz-wasm-exec.c $(FUZZ_MAIN)
tests_fuzz_fuzz_wasm_exec_CPPFLAGS = $(plugin_flags)
tests_fuzz_fuzz_wasm_exec_LDADD = $(libwasm_libs) $(libbsn_kit_libs) \
	$(GLIB_LIBS)
tests_fuzz_fuzz_wasm_exec_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-exec
endif
