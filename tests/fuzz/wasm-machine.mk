check_PROGRAMS += tests/fuzz/fuzz-arguments
tests_fuzz_fuzz_arguments_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_arguments_LDADD = $(fuzz_libs) $(libbsn_kit_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-arguments
endif

# Contracts in WebAssembly, deployed and called.
check_PROGRAMS += tests/fuzz/fuzz-wasm-runtime
tests_fuzz_fuzz_wasm_runtime_SOURCES = tests/fuzz/fuzz-wasm-runtime.c \
	$(modules_crypto_std_so_SOURCES)
tests_fuzz_fuzz_wasm_runtime_CPPFLAGS = $(fabric_flags) $(CRYPTO_CFLAGS) \
	$(SECP256K1_CFLAGS)
tests_fuzz_fuzz_wasm_runtime_LDADD = $(fuzz_libs) $(libbsn_crypto_std_libs) \
	$(wasm_ground_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-runtime
endif

# What contracts that run as chaincodes are answered.
check_PROGRAMS += tests/fuzz/fuzz-wasm-answers
tests_fuzz_fuzz_wasm_answers_SOURCES = tests/fuzz/fuzz-wasm-answers.c \
	$(modules_crypto_std_so_SOURCES)
tests_fuzz_fuzz_wasm_answers_CPPFLAGS = $(tests_fuzz_fuzz_wasm_runtime_CPPFLAGS)
tests_fuzz_fuzz_wasm_answers_LDADD = $(fuzz_libs) \
	$(tests_fuzz_fuzz_wasm_runtime_LDADD)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-answers
endif
