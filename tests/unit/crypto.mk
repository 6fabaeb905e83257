# The algorithms, linked into their tests.
signature_rules = tests/unit/signature-rules.h tests/unit/signature-rules.c
CRYPTO_TESTS = tests/unit/test-crypto-gm tests/unit/test-sm2 \
	tests/unit/test-crypto-std tests/unit/test-ecdsa \
	tests/unit/test-secp256k1 tests/unit/test-ed25519
check_PROGRAMS += $(CRYPTO_TESTS)
TESTS += $(CRYPTO_TESTS)

tests_unit_test_crypto_gm_SOURCES = tests/unit/test-crypto-gm.c \
	$(signature_rules) $(crypto_gm_la_SOURCES)
tests_unit_test_crypto_gm_CPPFLAGS = $(crypto_gm_la_CPPFLAGS)
tests_unit_test_crypto_gm_LDADD = $(crypto_gm_la_LIBADD)
tests_unit_test_sm2_SOURCES = tests/unit/test-sm2.c $(signature_rules)
tests_unit_test_sm2_CPPFLAGS = $(crypto_gm_la_CPPFLAGS)
tests_unit_test_sm2_LDADD = $(crypto_gm_la_LIBADD)

tests_unit_test_crypto_std_SOURCES = tests/unit/test-crypto-std.c \
	$(signature_rules) $(crypto_std_la_SOURCES)
tests_unit_test_crypto_std_CPPFLAGS = $(crypto_std_la_CPPFLAGS)
tests_unit_test_crypto_std_LDADD = $(crypto_std_la_LIBADD)
tests_unit_test_ecdsa_SOURCES = tests/unit/test-ecdsa.c $(signature_rules)
tests_unit_test_ecdsa_CPPFLAGS = $(crypto_std_la_CPPFLAGS)
tests_unit_test_ecdsa_LDADD = $(crypto_std_la_LIBADD)
tests_unit_test_secp256k1_SOURCES = tests/unit/test-secp256k1.c \
	$(signature_rules)
tests_unit_test_secp256k1_CPPFLAGS = $(crypto_std_la_CPPFLAGS)
tests_unit_test_secp256k1_LDADD = $(crypto_std_la_LIBADD)
tests_unit_test_ed25519_SOURCES = tests/unit/test-ed25519.c \
	$(signature_rules)
tests_unit_test_ed25519_CPPFLAGS = $(crypto_std_la_CPPFLAGS)
tests_unit_test_ed25519_LDADD = $(crypto_std_la_LIBADD)

# The keystore, with the algorithms in the place of loaded plugins.
keystore_place = tests/unit/keystore-place.h tests/unit/keystore-place.c \
	$(signature_rules) $(KEYSTORE_SOURCES)
keystore_libs = libbsn-crypto-gm.la libbsn-crypto-std.la libbsn-identity.la
KEYSTORE_TESTS = tests/unit/test-keystore \
	tests/unit/test-keystore-certificates tests/unit/test-keystore-files
check_PROGRAMS += $(KEYSTORE_TESTS)
TESTS += $(KEYSTORE_TESTS)
tests_unit_test_keystore_SOURCES = tests/unit/test-keystore.c $(keystore_place)
tests_unit_test_keystore_CPPFLAGS = $(test_flags) $(SECP256K1_CFLAGS)
tests_unit_test_keystore_LDADD = $(keystore_libs)
tests_unit_test_keystore_certificates_SOURCES = \
	tests/unit/test-keystore-certificates.c $(test_ca) $(keystore_place)
tests_unit_test_keystore_certificates_CPPFLAGS = $(test_flags) \
	$(SECP256K1_CFLAGS)
tests_unit_test_keystore_certificates_LDADD = $(keystore_libs)
tests_unit_test_keystore_files_SOURCES = tests/unit/test-keystore-files.c \
	$(keystore_place)
tests_unit_test_keystore_files_CPPFLAGS = $(test_flags) $(SECP256K1_CFLAGS)
tests_unit_test_keystore_files_LDADD = $(keystore_libs)
