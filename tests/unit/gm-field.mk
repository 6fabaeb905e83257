# The arithmetic of SM2: each implementation against the others and OpenSSL.
GM_FIELD_TESTS = tests/unit/test-gm-field
check_PROGRAMS += $(GM_FIELD_TESTS) tests/unit/gm-field-trace
TESTS += $(GM_FIELD_TESTS)
tests_unit_test_gm_field_SOURCES = tests/unit/test-gm-field.c \
	tests/unit/gm-operands.h
tests_unit_test_gm_field_CPPFLAGS = $(modules_crypto_gm_so_CPPFLAGS)
tests_unit_test_gm_field_LDADD = $(modules_crypto_gm_so_LDADD)

# As other processors have it.
tests_unit_gm_field_trace_SOURCES = tests/unit/gm-field-trace.c \
	tests/unit/gm-operands.h $(sm2_arithmetic)
tests_unit_gm_field_trace_CPPFLAGS = $(AM_CPPFLAGS)
dist_check_SCRIPTS += tests/unit/test-gm-arm.sh
TESTS += tests/unit/test-gm-arm.sh
tests/unit/test-gm-arm.log: tests/unit/gm-field-trace$(EXEEXT)
