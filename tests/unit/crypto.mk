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

# The keystore, with the algorithms in the place of loaded plugins.
check_PROGRAMS += tests/unit/test-keystore
TESTS += tests/unit/test-keystore
tests_unit_test_keystore_SOURCES = tests/unit/test-keystore.c \
	$(signature_rules) $(KEYSTORE_SOURCES) $(crypto_gm_algorithms) \
	$(crypto_std_algorithms)
tests_unit_test_keystore_CPPFLAGS = $(test_flags) $(SECP256K1_CFLAGS)
tests_unit_test_keystore_LDADD = $(GLIB_LIBS) $(CRYPTO_LIBS) \
	$(SECP256K1_LIBS)
