# SM2 and SM3, against the standards, OpenSSL and themselves.
gm_openssl = tests/unit/gm-openssl.c tests/unit/gm-openssl.h
gm_paths = tests/unit/gm-paths.c tests/unit/gm-paths.h
GM_TESTS = tests/unit/test-gm-edges tests/unit/test-gm-points \
	tests/unit/test-gm-random tests/unit/test-sm2-keys
check_PROGRAMS += $(GM_TESTS)
TESTS += $(GM_TESTS)
gm_test_flags = $(crypto_gm_la_CPPFLAGS)
gm_test_libs = $(crypto_gm_la_LIBADD)

tests_unit_test_gm_edges_SOURCES = tests/unit/test-gm-edges.c \
	$(gm_openssl) $(gm_paths) $(crypto_gm_algorithms)
tests_unit_test_gm_edges_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_edges_LDADD = $(gm_test_libs)
# The formulas again, over a small field.
tests_unit_test_gm_points_SOURCES = tests/unit/test-gm-points.c \
	tests/unit/gm-small.h $(sm2_arithmetic)
tests_unit_test_gm_points_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_points_LDADD = $(gm_test_libs)

tests_unit_test_sm2_keys_SOURCES = tests/unit/test-sm2-keys.c \
	$(signature_rules) $(crypto_gm_algorithms)
tests_unit_test_sm2_keys_CPPFLAGS = $(gm_test_flags)
tests_unit_test_sm2_keys_LDADD = $(gm_test_libs)
tests_unit_test_gm_random_SOURCES = tests/unit/test-gm-random.c \
	$(gm_openssl) $(gm_paths) $(crypto_gm_algorithms)
tests_unit_test_gm_random_CPPFLAGS = $(gm_test_flags)
tests_unit_test_gm_random_LDADD = $(gm_test_libs)

# A million of them, in pieces, so that there is progress to be seen.
.PHONY: soak-gm
soak-gm: tests/unit/test-gm-random
	for at in `seq 0 20000 980000`; do echo "gm: from case $$at"; \
		GM_RANDOM_FIRST=$$at GM_RANDOM_COUNT=20000 \
		tests/unit/test-gm-random || exit 1; \
	done
