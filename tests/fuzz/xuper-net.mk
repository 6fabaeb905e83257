# Messages between XuperChain's nodes.
check_PROGRAMS += tests/fuzz/fuzz-xuper-net
tests_fuzz_fuzz_xuper_net_SOURCES = tests/fuzz/fuzz-xuper-net.c $(FUZZ_MAIN)
tests_fuzz_fuzz_xuper_net_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_net_LDADD = $(libxuper_libs)
tests_fuzz_fuzz_xuper_net_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-net
endif
