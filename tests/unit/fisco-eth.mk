# Ethereum's clients of plugins/engine-fisco.
fisco_eth = tests/unit/fisco-eth.h tests/unit/fisco-eth.c $(eth_tx) $(fisco_rpc)
fisco_eth_tests = tests/unit/test-fisco-eth tests/unit/test-fisco-feeds \
	tests/unit/test-fisco-hot tests/unit/test-fisco-lanes
check_PROGRAMS += $(fisco_eth_tests)
TESTS += $(fisco_eth_tests)
tests_unit_test_fisco_eth_SOURCES = tests/unit/test-fisco-eth.c $(fisco_eth)
tests_unit_test_fisco_eth_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_eth_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
tests_unit_test_fisco_feeds_SOURCES = tests/unit/test-fisco-feeds.c $(fisco_eth)
tests_unit_test_fisco_feeds_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_feeds_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
tests_unit_test_fisco_hot_SOURCES = tests/unit/test-fisco-hot.c $(fisco_eth) \
	$(fisco_pair)
tests_unit_test_fisco_hot_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_hot_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
tests_unit_test_fisco_lanes_SOURCES = tests/unit/test-fisco-lanes.c \
	tests/unit/fisco-lanes.h tests/unit/fisco-lanes.c \
	$(fisco_eth) $(fisco_pair)
tests_unit_test_fisco_lanes_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_fisco_lanes_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)

# Times blocks for tests/bench/parallel.mjs.
check_PROGRAMS += tests/bench/parallel
tests_bench_parallel_SOURCES = tests/bench/parallel.c $(fisco_eth) \
	$(fisco_pair)
tests_bench_parallel_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_bench_parallel_LDADD = $(libfake_host_libs) $(libbsn_kit_libs)
