# plugins/consensus-pow, linked in, in a network of its own.
pow_tests = tests/unit/test-pow-rule tests/unit/test-pow \
	tests/unit/test-pow-apart
pow_net = tests/unit/pow-net.c tests/unit/pow-net.h
check_PROGRAMS += $(pow_tests)
TESTS += $(pow_tests)
tests_unit_test_pow_rule_CPPFLAGS = $(chained_test_flags)
tests_unit_test_pow_rule_LDADD = $(libpow_libs)
tests_unit_test_pow_SOURCES = tests/unit/test-pow.c $(pow_net)
tests_unit_test_pow_CPPFLAGS = $(chained_test_flags)
tests_unit_test_pow_LDADD = $(libpow_libs) libsingle.a $(chained_net_libs)
tests_unit_test_pow_apart_SOURCES = tests/unit/test-pow-apart.c $(pow_net)
tests_unit_test_pow_apart_CPPFLAGS = $(chained_test_flags)
tests_unit_test_pow_apart_LDADD = $(libpow_libs) $(chained_net_libs)
