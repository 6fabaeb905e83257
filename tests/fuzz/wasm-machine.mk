check_PROGRAMS += tests/fuzz/fuzz-arguments
tests_fuzz_fuzz_arguments_SOURCES = tests/fuzz/fuzz-arguments.c $(FUZZ_MAIN)
tests_fuzz_fuzz_arguments_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_arguments_LDADD = libbsn-kit.la
tests_fuzz_fuzz_arguments_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-arguments
endif
