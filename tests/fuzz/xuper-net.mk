# Messages between XuperChain's nodes.
check_PROGRAMS += tests/fuzz/fuzz-xuper-net
tests_fuzz_fuzz_xuper_net_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_net_LDADD = $(fuzz_libs) $(libxuper_libs)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-net
endif
