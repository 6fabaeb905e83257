# bsn-bench.
check_PROGRAMS += tests/unit/test-bench
TESTS += tests/unit/test-bench
tests_unit_test_bench_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_LDADD = libbsn-bench.la $(ctl_test_libs) $(CRYPTO_LIBS)

# What bsn-bench makes of its numbers.
check_PROGRAMS += tests/unit/test-bench-hist
TESTS += tests/unit/test-bench-hist
tests_unit_test_bench_hist_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_hist_LDADD = libbsn-bench.la $(GLIB_LIBS)
check_PROGRAMS += tests/unit/test-bench-report
TESTS += tests/unit/test-bench-report
tests_unit_test_bench_report_SOURCES = tests/unit/test-bench-report.c \
	tests/unit/page_check.c tests/unit/page_check.h
tests_unit_test_bench_report_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_report_LDADD = libbsn-bench.la $(GLIB_LIBS)

# What it sends and reads, without anybody on the other side.
check_PROGRAMS += tests/unit/test-bench-requests
TESTS += tests/unit/test-bench-requests
tests_unit_test_bench_requests_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_requests_LDADD = libbsn-bench.la $(ctl_test_libs) $(CRYPTO_LIBS)

# bsn-bench crypto, on a plugin of the build.
check_PROGRAMS += tests/unit/test-bench-crypto
TESTS += tests/unit/test-bench-crypto
tests_unit_test_bench_crypto_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_crypto_LDADD = libbsn-bench.la $(GLIB_LIBS)

check_PROGRAMS += tests/unit/test-bench-ramp
TESTS += tests/unit/test-bench-ramp
tests_unit_test_bench_ramp_CPPFLAGS = $(ctl_test_flags)
tests_unit_test_bench_ramp_LDADD = libbsn-bench.la $(ctl_test_libs) $(CRYPTO_LIBS)
