# The algorithms, linked into their tests.
check_LIBRARIES += libsignature-rules.a
libsignature_rules_a_SOURCES = tests/unit/signature-rules.c \
	tests/unit/signature-rules.h
libsignature_rules_a_CPPFLAGS = $(plugin_flags) $(CRYPTO_CFLAGS)
check_LIBRARIES += libcrypto-std-plugin.a
libcrypto_std_plugin_a_SOURCES = $(modules_crypto_std_so_SOURCES)
libcrypto_std_plugin_a_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
crypto_std_plugin_libs = libcrypto-std-plugin.a $(libbsn_crypto_std_libs)
CRYPTO_TESTS = tests/unit/test-crypto-gm tests/unit/test-sm2 \
	tests/unit/test-crypto-std tests/unit/test-ecdsa \
	tests/unit/test-secp256k1 tests/unit/test-ed25519
check_PROGRAMS += $(CRYPTO_TESTS)
TESTS += $(CRYPTO_TESTS)

tests_unit_test_crypto_gm_SOURCES = tests/unit/test-crypto-gm.c \
	$(modules_crypto_gm_so_SOURCES)
tests_unit_test_crypto_gm_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
tests_unit_test_crypto_gm_LDADD = libsignature-rules.a \
	$(modules_crypto_gm_so_LDADD)
tests_unit_test_sm2_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
tests_unit_test_sm2_LDADD = libsignature-rules.a $(modules_crypto_gm_so_LDADD)

tests_unit_test_crypto_std_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_crypto_std_LDADD = libsignature-rules.a \
	$(crypto_std_plugin_libs)
tests_unit_test_ecdsa_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_ecdsa_LDADD = libsignature-rules.a \
	$(modules_crypto_std_so_LDADD)
tests_unit_test_secp256k1_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_secp256k1_LDADD = libsignature-rules.a \
	$(modules_crypto_std_so_LDADD)
tests_unit_test_ed25519_CPPFLAGS = $(modules_crypto_std_so_CPPFLAGS)
tests_unit_test_ed25519_LDADD = libsignature-rules.a \
	$(modules_crypto_std_so_LDADD)

# The keystore, with the algorithms in the place of loaded plugins.
keystore_place = tests/unit/keystore-place.h tests/unit/keystore-place.c
keystore_libs = libbsn-host.a libsignature-rules.a $(libbsn_crypto_gm_libs) \
	$(libbsn_crypto_std_libs) $(libbsn_identity_libs)
KEYSTORE_TESTS = tests/unit/test-keystore \
	tests/unit/test-keystore-certificates tests/unit/test-keystore-files
check_PROGRAMS += $(KEYSTORE_TESTS)
TESTS += $(KEYSTORE_TESTS)
tests_unit_test_keystore_SOURCES = tests/unit/test-keystore.c $(keystore_place)
tests_unit_test_keystore_CPPFLAGS = $(test_flags) $(SECP256K1_CFLAGS)
tests_unit_test_keystore_LDADD = $(keystore_libs)
tests_unit_test_keystore_certificates_SOURCES = \
	tests/unit/test-keystore-certificates.c $(keystore_place)
tests_unit_test_keystore_certificates_CPPFLAGS = $(test_flags) \
	$(SECP256K1_CFLAGS)
tests_unit_test_keystore_certificates_LDADD = libtest-ca.a $(keystore_libs)
tests_unit_test_keystore_files_SOURCES = tests/unit/test-keystore-files.c \
	$(keystore_place)
tests_unit_test_keystore_files_CPPFLAGS = $(test_flags) $(SECP256K1_CFLAGS)
tests_unit_test_keystore_files_LDADD = $(keystore_libs)
