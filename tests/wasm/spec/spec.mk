# The specification's tests; test-wasm-spec.mjs gets and runs them.
check_PROGRAMS += tests/wasm/spec/runner
tests_wasm_spec_runner_SOURCES = tests/wasm/spec/links.c \
	tests/wasm/spec/runner.c tests/wasm/spec/spec.h \
	tests/wasm/spec/values.c
tests_wasm_spec_runner_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_wasm_spec_runner_LDADD = $(libwasm_libs) $(libbsn_kit_libs) \
	$(JANSSON_LIBS) $(GLIB_LIBS)
EXTRA_DIST += tests/wasm/spec/files.txt tests/wasm/spec/sources.mjs \
	tests/wasm/spec/unpack.mjs
