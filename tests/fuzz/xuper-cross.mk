# What XuperChain's parallel chains answer each other.
check_PROGRAMS += tests/fuzz/fuzz-xuper-fact
tests_fuzz_fuzz_xuper_fact_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_fact_LDADD = $(fuzz_libs) $(libxuper_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-fact
endif
