# Requests to XuperChain's contracts, and transactions that are being signed.
check_PROGRAMS += tests/fuzz/fuzz-xuper-begin
tests_fuzz_fuzz_xuper_begin_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_begin_LDADD = $(fuzz_libs) $(xuper_parts)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-begin
endif
