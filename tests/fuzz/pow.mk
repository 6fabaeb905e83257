# What nodes of consensus-pow send.
check_PROGRAMS += tests/fuzz/fuzz-pow-message
tests_fuzz_fuzz_pow_message_SOURCES = tests/fuzz/fuzz-pow-message.c \
	$(pow_net) $(FUZZ_MAIN)
tests_fuzz_fuzz_pow_message_CPPFLAGS = $(chained_test_flags)
tests_fuzz_fuzz_pow_message_LDADD = $(libpow_libs) $(libchainedbft_libs)
tests_fuzz_fuzz_pow_message_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-pow-message
endif
