# The algorithms, compiled into their tests.
signature_rules = tests/unit/signature-rules.h tests/unit/signature-rules.c

check_PROGRAMS += tests/unit/test-crypto-gm tests/unit/test-crypto-std
TESTS += tests/unit/test-crypto-gm tests/unit/test-crypto-std
tests_unit_test_crypto_gm_SOURCES = tests/unit/test-crypto-gm.c \
	$(signature_rules) $(crypto_gm_la_SOURCES)
tests_unit_test_crypto_gm_CPPFLAGS = $(crypto_gm_la_CPPFLAGS)
tests_unit_test_crypto_gm_LDADD = $(crypto_gm_la_LIBADD)
tests_unit_test_crypto_std_SOURCES = tests/unit/test-crypto-std.c \
	$(signature_rules) $(crypto_std_la_SOURCES)
tests_unit_test_crypto_std_CPPFLAGS = $(crypto_std_la_CPPFLAGS)
tests_unit_test_crypto_std_LDADD = $(crypto_std_la_LIBADD)
