# Ethereum's clients of plugins/engine-fisco.
fisco_eth_tests = tests/unit/test-fisco-eth tests/unit/test-fisco-feeds \
	tests/unit/test-fisco-hot tests/unit/test-fisco-lanes
check_PROGRAMS += $(fisco_eth_tests)
TESTS += $(fisco_eth_tests)
tests_unit_test_fisco_eth_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_eth_LDADD = $(fisco_eth_libs)
tests_unit_test_fisco_feeds_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_feeds_LDADD = $(fisco_eth_libs)
tests_unit_test_fisco_hot_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_hot_LDADD = $(fisco_eth_libs)
tests_unit_test_fisco_lanes_SOURCES = tests/unit/test-fisco-lanes.c \
	tests/unit/fisco-lanes.h tests/unit/fisco-lanes.c
tests_unit_test_fisco_lanes_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_lanes_LDADD = $(fisco_eth_libs)

# Times blocks for tests/bench/parallel.mjs.
check_PROGRAMS += tests/bench/parallel
tests_bench_parallel_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_bench_parallel_LDADD = $(fisco_eth_libs)
