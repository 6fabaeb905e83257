# plugins/consensus-pow, linked in, in a network of its own.
pow_tests = tests/unit/test-pow-rule tests/unit/test-pow
check_PROGRAMS += $(pow_tests)
TESTS += $(pow_tests)
tests_unit_test_pow_rule_SOURCES = tests/unit/test-pow-rule.c
tests_unit_test_pow_rule_CPPFLAGS = $(chained_test_flags)
tests_unit_test_pow_rule_LDADD = libpow.la
tests_unit_test_pow_SOURCES = tests/unit/test-pow.c $(chained_net)
tests_unit_test_pow_CPPFLAGS = $(chained_test_flags)
tests_unit_test_pow_LDADD = libpow.la libsingle.la libchainedbft.la
