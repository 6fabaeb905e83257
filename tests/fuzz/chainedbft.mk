# What members of consensus-chainedbft send, and certificates.
CHAINEDBFT_FUZZ = tests/fuzz/fuzz-chainedbft-message \
	tests/fuzz/fuzz-chainedbft-certificate
check_PROGRAMS += $(CHAINEDBFT_FUZZ)
tests_fuzz_fuzz_chainedbft_message_CPPFLAGS = $(chained_test_flags)
tests_fuzz_fuzz_chainedbft_message_LDADD = $(fuzz_libs) $(libchainedbft_libs)
tests_fuzz_fuzz_chainedbft_certificate_CPPFLAGS = $(chained_test_flags)
tests_fuzz_fuzz_chainedbft_certificate_LDADD = $(fuzz_libs) \
	$(libchainedbft_libs)
if !FUZZING
TESTS += $(CHAINEDBFT_FUZZ)
endif
