check_PROGRAMS += tests/fuzz/fuzz-arguments
tests_fuzz_fuzz_arguments_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_arguments_LDADD = $(fuzz_libs) $(libbsn_kit_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-arguments
endif

# Contracts in WebAssembly, deployed and called.
check_PROGRAMS += tests/fuzz/fuzz-wasm-runtime
tests_fuzz_fuzz_wasm_runtime_CPPFLAGS = $(fabric_flags)
tests_fuzz_fuzz_wasm_runtime_LDADD = $(fuzz_libs) $(wasm_crypto_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-runtime
endif

# What contracts that run as chaincodes are answered.
check_PROGRAMS += tests/fuzz/fuzz-wasm-answers
tests_fuzz_fuzz_wasm_answers_CPPFLAGS = $(fabric_flags)
tests_fuzz_fuzz_wasm_answers_LDADD = $(fuzz_libs) $(wasm_crypto_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-answers
endif
