# What bsn-conform judges algorithms by, and its checks of them and of files.
CONFORM_GM_TESTS = tests/unit/test-conform-oracle \
	tests/unit/test-conform-crypto
check_PROGRAMS += $(CONFORM_GM_TESTS)
TESTS += $(CONFORM_GM_TESTS)
conform_gm_flags = $(conform_flags)
conform_gm_libs = libbsn-conform.la $(GLIB_LIBS) $(CRYPTO_LIBS)

tests_unit_test_conform_oracle_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_oracle_LDADD = $(conform_gm_libs)

# The shipped algorithms, compiled in, so that a test can break them.
tests_unit_test_conform_crypto_SOURCES = tests/unit/test-conform-crypto.c \
	tests/unit/conform-wrong.h tests/unit/conform-wrong.c \
	$(crypto_gm_algorithms) $(crypto_std_algorithms)
tests_unit_test_conform_crypto_CPPFLAGS = $(conform_gm_flags) \
	$(SECP256K1_CFLAGS)
tests_unit_test_conform_crypto_LDADD = $(conform_gm_libs) $(SECP256K1_LIBS)
