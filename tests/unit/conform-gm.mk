# What bsn-conform judges algorithms by, and its checks of them and of files.
CONFORM_GM_TESTS = tests/unit/test-conform-oracle \
	tests/unit/test-conform-crypto tests/unit/test-conform-sm2 \
	tests/unit/test-conform-load tests/unit/test-conform-capability \
	tests/unit/test-conform-public-key
check_PROGRAMS += $(CONFORM_GM_TESTS)
TESTS += $(CONFORM_GM_TESTS)
conform_gm_flags = $(conform_flags)
check_LIBRARIES += libconform-fixture.a
libconform_fixture_a_SOURCES = tests/unit/conform-wrong.c \
	tests/unit/conform-wrong.h
libconform_fixture_a_CPPFLAGS = $(conform_gm_flags)
conform_gm_libs = libconform-fixture.a $(libbsn_conform_libs) $(GLIB_LIBS) \
	$(CRYPTO_LIBS)

tests_unit_test_conform_oracle_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_oracle_LDADD = $(conform_gm_libs)
tests_unit_test_conform_capability_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_capability_LDADD = $(conform_gm_libs)

# The shipped algorithms, linked in, so that a test can break them.
tests_unit_test_conform_crypto_CPPFLAGS = $(conform_gm_flags) \
	$(SECP256K1_CFLAGS)
tests_unit_test_conform_crypto_LDADD = $(libbsn_crypto_gm_libs) \
	$(libbsn_crypto_std_libs) $(conform_gm_libs)
tests_unit_test_conform_sm2_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_sm2_LDADD = $(libbsn_crypto_gm_libs) $(conform_gm_libs)

tests_unit_test_conform_public_key_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_public_key_LDADD = $(libgm_tested_libs) \
	$(conform_gm_libs)

# A plugin that has the fault that its environment names; the other two are
# built or linked otherwise.
check_PROGRAMS += tests/unit/modules/load-faults.so \
	tests/unit/modules/load-exports.so tests/unit/modules/load-stack.so
tests_unit_modules_load_faults_so_SOURCES = tests/unit/load-faults.c
tests_unit_modules_load_faults_so_LDADD = -lm
tests_unit_modules_load_faults_so_LDFLAGS = $(module_flags)
tests_unit_modules_load_exports_so_SOURCES = tests/unit/load-faults.c
tests_unit_modules_load_exports_so_CPPFLAGS = $(AM_CPPFLAGS) -DEXPORTS_MORE
tests_unit_modules_load_exports_so_LDADD = -lm
tests_unit_modules_load_exports_so_LDFLAGS = $(module_flags)
tests_unit_modules_load_stack_so_SOURCES = tests/unit/load-faults.c
tests_unit_modules_load_stack_so_LDADD = -lm
tests_unit_modules_load_stack_so_LDFLAGS = $(module_flags) -Wl,-z,execstack
tests_unit_test_conform_load_CPPFLAGS = $(conform_gm_flags)
tests_unit_test_conform_load_LDADD = $(conform_gm_libs)
EXTRA_tests_unit_test_conform_load_DEPENDENCIES = \
	tests/unit/modules/load-faults.so tests/unit/modules/load-exports.so \
	tests/unit/modules/load-stack.so
