# The algorithms, linked into their tests.
signature_rules = tests/unit/signature-rules.h tests/unit/signature-rules.c
CRYPTO_TESTS = tests/unit/test-crypto-gm tests/unit/test-sm2 \
	tests/unit/test-crypto-std tests/unit/test-ecdsa \
	tests/unit/test-secp256k1 tests/unit/test-ed25519
check_PROGRAMS += $(CRYPTO_TESTS)
TESTS += $(CRYPTO_TESTS)

tests_unit_test_crypto_gm_SOURCES = tests/unit/test-crypto-gm.c \
	$(signature_rules) $(modules_crypto_gm_so_SOURCES)
tests_unit_test_crypto_gm_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
tests_unit_test_crypto_gm_LDADD = $(modules_crypto_gm_so_LDADD)
tests_unit_test_sm2_SOURCES = tests/unit/test-sm2.c $(signature_rules)
tests_unit_test_sm2_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
tests_unit_test_sm2_LDADD = $(modules_crypto_gm_so_LDADD)

tests_unit_test_crypto_std_SOURCES = tests/unit/test-crypto-std.c \
	$(signature_rules) $(modules_crypto_std_so_SOURCES)
tests_unit_test_crypto_std_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_crypto_std_LDADD = $(modules_crypto_std_so_LDADD)
tests_unit_test_ecdsa_SOURCES = tests/unit/test-ecdsa.c $(signature_rules)
tests_unit_test_ecdsa_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_ecdsa_LDADD = $(modules_crypto_std_so_LDADD)
tests_unit_test_secp256k1_SOURCES = tests/unit/test-secp256k1.c \
	$(signature_rules)
tests_unit_test_secp256k1_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_secp256k1_LDADD = $(modules_crypto_std_so_LDADD)
tests_unit_test_ed25519_SOURCES = tests/unit/test-ed25519.c \
	$(signature_rules)
tests_unit_test_ed25519_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_ed25519_LDADD = $(modules_crypto_std_so_LDADD)

# The keystore, with the algorithms in the place of loaded plugins.
keystore_place = tests/unit/keystore-place.h tests/unit/keystore-place.c \
	$(signature_rules) $(KEYSTORE_SOURCES)
keystore_libs = $(libbsn_crypto_gm_libs) $(libbsn_crypto_std_libs) \
	$(libbsn_identity_libs)
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
