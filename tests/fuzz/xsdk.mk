# JSON of XuperChain's services.
check_PROGRAMS += tests/fuzz/fuzz-xuper-sdk
tests_fuzz_fuzz_xuper_sdk_SOURCES = tests/fuzz/fuzz-xuper-sdk.c $(FUZZ_MAIN)
tests_fuzz_fuzz_xuper_sdk_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_sdk_LDADD = $(libxuper_libs)
tests_fuzz_fuzz_xuper_sdk_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-sdk
endif
