# Modules by chance, and an interpreter to compare with.
wasm_random = tests/wasm/random/body.c tests/wasm/random/encode.c \
	tests/wasm/random/generate.h tests/wasm/random/instantiate.c \
	tests/wasm/random/module.c tests/wasm/random/numeric.c \
	tests/wasm/random/numeric.h tests/wasm/random/oracle.c \
	tests/wasm/random/oracle.h tests/wasm/random/parse.c \
	tests/wasm/random/random.h tests/wasm/random/storage.c \
	tests/wasm/random/storage_ops.c tests/wasm/random/values.c
check_PROGRAMS += tests/unit/test-wasm-random
TESTS += tests/unit/test-wasm-random
tests_unit_test_wasm_random_SOURCES = tests/unit/test-wasm-random.c \
	tests/unit/wasm-random.c tests/unit/wasm-random.h $(wasm_random)
tests_unit_test_wasm_random_CPPFLAGS = $(fabric_flags)
tests_unit_test_wasm_random_LDADD = $(wasm_ground_libs)

# A million of them, in pieces, so that there is progress to be seen.
.PHONY: soak-wasm
soak-wasm: tests/unit/test-wasm-random modules/crypto-std.so modules/crypto-gm.so
	for at in `seq 0 50000 950000`; do echo "wasm: from seed $$at"; \
		G_TEST_BUILDDIR='$(abs_top_builddir)' \
		G_TEST_SRCDIR='$(abs_top_srcdir)' WASM_RANDOM_FIRST=$$at \
		WASM_RANDOM_COUNT=50000 tests/unit/test-wasm-random || exit 1; \
	done
