# SM2 and SM3, against the standards, OpenSSL and themselves.
check_LIBRARIES += libgm-tested.a
libgm_tested_a_SOURCES = tests/unit/gm-openssl.c tests/unit/gm-openssl.h \
	tests/unit/gm-paths.c tests/unit/gm-paths.h
libgm_tested_a_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
libgm_tested_libs = libgm-tested.a libsignature-rules.a \
	$(libbsn_crypto_gm_libs)
GM_TESTS = tests/unit/test-gm-edges tests/unit/test-gm-points \
	tests/unit/test-gm-public-key tests/unit/test-gm-random \
	tests/unit/test-gm-sm3 tests/unit/test-gm-sums tests/unit/test-sm2-keys
check_PROGRAMS += $(GM_TESTS)
TESTS += $(GM_TESTS)
gm_test_flags = $(modules_crypto_gm_so_CPPFLAGS)
gm_test_libs = $(libgm_tested_libs)

tests_unit_test_gm_edges_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_edges_LDADD = $(gm_test_libs)
# The formulas again, over a small field.
tests_unit_test_gm_points_SOURCES = tests/unit/test-gm-points.c \
	tests/unit/gm-small.h
tests_unit_test_gm_points_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_points_LDADD = $(gm_test_libs)
tests_unit_test_gm_public_key_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_public_key_LDADD = $(gm_test_libs)
tests_unit_test_sm2_keys_CPPFLAGS = $(gm_test_flags)
tests_unit_test_sm2_keys_LDADD = $(gm_test_libs)
tests_unit_test_gm_random_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_random_LDADD = $(gm_test_libs)
tests_unit_test_gm_sums_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_sums_LDADD = $(gm_test_libs)

tests_unit_test_gm_sm3_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_sm3_LDADD = $(gm_test_libs)

# What AddressSanitizer adds to frames is not in what is shipped.
if !SANITIZERS
check_PROGRAMS += tests/unit/test-gm-stack
TESTS += tests/unit/test-gm-stack
tests_unit_test_gm_stack_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_stack_LDADD = $(gm_test_libs)
endif

# Compiled by the script, marked; memcheck and AddressSanitizer exclude each other.
dist_check_SCRIPTS += tests/unit/test-gm-secrets.sh
EXTRA_DIST += tests/unit/gm-secrets.c
if !SANITIZERS
TESTS += tests/unit/test-gm-secrets.sh
endif

# A million of them, in pieces, so that there is progress to be seen; and no secret
# shows by whichever compiler.
.PHONY: soak-gm
soak-gm: tests/unit/test-gm-random
	for at in `seq 0 20000 980000`; do echo "gm: from case $$at"; \
		GM_RANDOM_FIRST=$$at GM_RANDOM_COUNT=20000 \
		tests/unit/test-gm-random || exit 1; \
	done
	G_TEST_BUILDDIR='$(abs_top_builddir)' \
		G_TEST_SRCDIR='$(abs_top_srcdir)' CC='$(CC)' \
		GM_COMPILERS='gcc clang' \
		$(SHELL) $(srcdir)/tests/unit/test-gm-secrets.sh | \
		awk '/^not ok/ { bad = 1 } /^1\.\./ { ended = 1 } { print } \
			END { exit bad || !ended }'
