# bsn-bench.
check_PROGRAMS += tests/unit/test-bench
TESTS += tests/unit/test-bench
tests_unit_test_bench_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_LDADD = libbsn-bench.la $(ctl_test_libs) $(CRYPTO_LIBS)
