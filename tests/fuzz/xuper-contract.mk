# Requests to XuperChain's contracts, and transactions that are being signed.
check_PROGRAMS += tests/fuzz/fuzz-xuper-begin
tests_fuzz_fuzz_xuper_begin_SOURCES = tests/fuzz/fuzz-xuper-begin.c \
	$(xuper_nodes) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_begin_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_begin_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_begin_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += tests/fuzz/fuzz-xuper-begin
endif
