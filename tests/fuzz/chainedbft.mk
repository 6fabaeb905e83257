# What members of consensus-chainedbft send, and certificates.
CHAINEDBFT_FUZZ = tests/fuzz/fuzz-chainedbft-message \
	tests/fuzz/fuzz-chainedbft-certificate
check_PROGRAMS += $(CHAINEDBFT_FUZZ)
tests_fuzz_fuzz_chainedbft_message_SOURCES = \
	tests/fuzz/fuzz-chainedbft-message.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chainedbft_message_CPPFLAGS = $(chained_test_flags)
tests_fuzz_fuzz_chainedbft_message_LDADD = $(libchainedbft_libs)
tests_fuzz_fuzz_chainedbft_message_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_chainedbft_certificate_SOURCES = \
	tests/fuzz/fuzz-chainedbft-certificate.c $(FUZZ_MAIN)
tests_fuzz_fuzz_chainedbft_certificate_CPPFLAGS = $(chained_test_flags)
tests_fuzz_fuzz_chainedbft_certificate_LDADD = $(libchainedbft_libs)
tests_fuzz_fuzz_chainedbft_certificate_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(CHAINEDBFT_FUZZ)
endif
