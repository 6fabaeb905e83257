check_PROGRAMS += tests/fuzz/fuzz-arguments
tests_fuzz_fuzz_arguments_SOURCES = tests/fuzz/fuzz-arguments.c $(FUZZ_MAIN)
tests_fuzz_fuzz_arguments_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_arguments_LDADD = $(libbsn_kit_libs)
tests_fuzz_fuzz_arguments_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-arguments
endif

# Contracts in WebAssembly, deployed and called.
check_PROGRAMS += tests/fuzz/fuzz-wasm-runtime
tests_fuzz_fuzz_wasm_runtime_SOURCES = tests/fuzz/fuzz-wasm-runtime.c \
	$(FUZZ_MAIN) $(wasm_ground) $(modules_crypto_std_so_SOURCES)
tests_fuzz_fuzz_wasm_runtime_CPPFLAGS = $(fabric_flags) $(CRYPTO_CFLAGS) \
	$(SECP256K1_CFLAGS)
tests_fuzz_fuzz_wasm_runtime_LDADD = $(libbsn_crypto_std_libs) \
	$(wasm_ground_libs)
tests_fuzz_fuzz_wasm_runtime_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-runtime
endif

# What contracts that run as chaincodes are answered.
check_PROGRAMS += tests/fuzz/fuzz-wasm-answers
tests_fuzz_fuzz_wasm_answers_SOURCES = tests/fuzz/fuzz-wasm-answers.c \
	$(FUZZ_MAIN) $(wasm_bytes) $(modules_crypto_std_so_SOURCES)
tests_fuzz_fuzz_wasm_answers_CPPFLAGS = $(tests_fuzz_fuzz_wasm_runtime_CPPFLAGS)
tests_fuzz_fuzz_wasm_answers_LDADD = $(tests_fuzz_fuzz_wasm_runtime_LDADD)
tests_fuzz_fuzz_wasm_answers_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-wasm-answers
endif
