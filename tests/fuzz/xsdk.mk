# JSON of XuperChain's services.
check_PROGRAMS += tests/fuzz/fuzz-xuper-sdk
tests_fuzz_fuzz_xuper_sdk_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_sdk_LDADD = $(fuzz_libs) $(libxuper_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-sdk
endif
