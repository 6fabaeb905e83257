# By hand: what a contract's loops take; see wasm.mjs.
EXTRA_PROGRAMS += tests/bench/wasm
tests_bench_wasm_CPPFLAGS = $(plugin_flags)
tests_bench_wasm_LDADD = $(libwasm_libs) $(GLIB_LIBS)
EXTRA_DIST += tests/bench/wasm.mjs tests/bench/kernels/kernels.c \
	tests/bench/kernels/native.c

# By hand: calls of a contract.
EXTRA_PROGRAMS += tests/bench/wasm-calls
tests_bench_wasm_calls_CPPFLAGS = $(fabric_flags)
tests_bench_wasm_calls_LDADD = $(wasm_ground_libs)
