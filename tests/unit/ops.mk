# Log, metrics, health.
check_PROGRAMS += tests/unit/ops
TESTS += tests/unit/ops
tests_unit_ops_CPPFLAGS = $(test_flags)
tests_unit_ops_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test-cpu
TESTS += tests/unit/test-cpu
tests_unit_test_cpu_SOURCES = tests/unit/test-cpu.c host/ops/cpu.c \
	host/ops/metrics.c
tests_unit_test_cpu_CPPFLAGS = $(test_flags)
tests_unit_test_cpu_LDADD = $(GLIB_LIBS) -lm

check_PROGRAMS += tests/unit/test-stages
TESTS += tests/unit/test-stages
tests_unit_test_stages_SOURCES = tests/unit/test-stages.c host/ops/metrics.c \
	host/ops/resources.c host/ops/stages.c
tests_unit_test_stages_CPPFLAGS = $(test_flags)
tests_unit_test_stages_LDADD = $(GLIB_LIBS) -lm

check_PROGRAMS += tests/unit/test-verified
TESTS += tests/unit/test-verified
tests_unit_test_verified_SOURCES = tests/unit/test-verified.c \
	host/ops/metrics.c host/ops/metrics.h host/plugin/verified.c \
	host/plugin/verified.h
tests_unit_test_verified_CPPFLAGS = $(test_flags)
tests_unit_test_verified_LDADD = $(GLIB_LIBS) -lm
