# What bsn-conform judges algorithms by, and its checks of them and of files.
CONFORM_GM_TESTS = tests/unit/test-conform-oracle \
	tests/unit/test-conform-crypto tests/unit/test-conform-sm2 \
	tests/unit/test-conform-load tests/unit/test-conform-capability \
	tests/unit/test-conform-public-key
check_PROGRAMS += $(CONFORM_GM_TESTS)
TESTS += $(CONFORM_GM_TESTS)
conform_gm_flags = $(conform_flags)
conform_gm_libs = libbsn-conform.la $(GLIB_LIBS) $(CRYPTO_LIBS)

tests_unit_test_conform_oracle_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_oracle_LDADD = $(conform_gm_libs)
tests_unit_test_conform_capability_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_capability_LDADD = $(conform_gm_libs)

# The shipped algorithms, compiled in, so that a test can break them.
tests_unit_test_conform_crypto_SOURCES = tests/unit/test-conform-crypto.c \
	tests/unit/conform-wrong.h tests/unit/conform-wrong.c \
	$(crypto_gm_algorithms) $(crypto_std_algorithms)
tests_unit_test_conform_crypto_CPPFLAGS = $(conform_gm_flags) \
	$(SECP256K1_CFLAGS)
tests_unit_test_conform_crypto_LDADD = $(conform_gm_libs) $(SECP256K1_LIBS)
tests_unit_test_conform_sm2_SOURCES = tests/unit/test-conform-sm2.c \
	tests/unit/conform-wrong.h tests/unit/conform-wrong.c \
	$(crypto_gm_algorithms)
tests_unit_test_conform_sm2_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_sm2_LDADD = $(conform_gm_libs)

tests_unit_test_conform_public_key_SOURCES = \
	tests/unit/test-conform-public-key.c tests/unit/conform-wrong.h \
	tests/unit/conform-wrong.c
tests_unit_test_conform_public_key_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_public_key_LDADD = libgm-tested.la $(conform_gm_libs)

# A plugin that has the fault that its environment names; the other two are
# built or linked otherwise.
check_LTLIBRARIES += tests/unit/load-faults.la tests/unit/load-exports.la \
	tests/unit/load-stack.la
tests_unit_load_faults_la_SOURCES = tests/unit/load-faults.c
tests_unit_load_faults_la_LIBADD = -lm
tests_unit_load_faults_la_LDFLAGS = $(bad_plugin_flags)
tests_unit_load_exports_la_SOURCES = tests/unit/load-faults.c
tests_unit_load_exports_la_CPPFLAGS = $(AM_CPPFLAGS) -DEXPORTS_MORE
tests_unit_load_exports_la_LIBADD = -lm
tests_unit_load_exports_la_LDFLAGS = $(bad_plugin_flags)
tests_unit_load_stack_la_SOURCES = tests/unit/load-faults.c
tests_unit_load_stack_la_LIBADD = -lm
tests_unit_load_stack_la_LDFLAGS = $(bad_plugin_flags) -Wl,-z,execstack
tests_unit_test_conform_load_SOURCES = tests/unit/test-conform-load.c \
	tests/unit/conform-wrong.h tests/unit/conform-wrong.c
tests_unit_test_conform_load_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_load_LDADD = $(conform_gm_libs)
EXTRA_tests_unit_test_conform_load_DEPENDENCIES = \
	tests/unit/load-faults.la tests/unit/load-exports.la \
	tests/unit/load-stack.la
