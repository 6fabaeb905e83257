# What XuperChain's parallel chains answer each other.
check_PROGRAMS += tests/fuzz/fuzz-xuper-fact
tests_fuzz_fuzz_xuper_fact_SOURCES = tests/fuzz/fuzz-xuper-fact.c $(FUZZ_MAIN)
tests_fuzz_fuzz_xuper_fact_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_fact_LDADD = $(libxuper_libs)
tests_fuzz_fuzz_xuper_fact_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-fact
endif
