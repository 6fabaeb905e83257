# What nodes of consensus-pow send.
check_PROGRAMS += tests/fuzz/fuzz-pow-message
tests_fuzz_fuzz_pow_message_SOURCES = tests/fuzz/fuzz-pow-message.c $(pow_net)
tests_fuzz_fuzz_pow_message_CPPFLAGS = $(chained_test_flags)
tests_fuzz_fuzz_pow_message_LDADD = $(fuzz_libs) $(libpow_libs) \
	$(chained_net_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-pow-message
endif
