# plugins/consensus-pbft, linked in, in a network of its own.
pbft_net = tests/unit/pbft-net.h tests/unit/pbft-net.c \
	tests/unit/pbft-host.c tests/unit/pbft-engine.c tests/unit/pbft-store.c \
	tests/unit/pbft-byzantine.h tests/unit/pbft-byzantine.c
pbft_tests = tests/unit/test-pbft tests/unit/test-pbft-parts \
	tests/unit/test-pbft-torture
check_PROGRAMS += $(pbft_tests)
TESTS += $(pbft_tests)
tests_unit_test_pbft_torture_SOURCES = tests/unit/test-pbft-torture.c \
	$(pbft_net)
tests_unit_test_pbft_torture_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_pbft_torture_LDADD = $(libpbft_libs)
tests_unit_test_pbft_SOURCES = tests/unit/test-pbft.c $(pbft_net)
tests_unit_test_pbft_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_pbft_LDADD = $(libpbft_libs)
tests_unit_test_pbft_parts_SOURCES = tests/unit/test-pbft-parts.c $(pbft_net)
tests_unit_test_pbft_parts_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_pbft_parts_LDADD = $(libpbft_libs)
