# Log, metrics, health.
check_PROGRAMS += tests/unit/ops
TESTS += tests/unit/ops
tests_unit_ops_CPPFLAGS = $(test_flags)
tests_unit_ops_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test-cpu
TESTS += tests/unit/test-cpu
tests_unit_test_cpu_CPPFLAGS = $(test_flags)
tests_unit_test_cpu_LDADD = libbsn-host.a $(GLIB_LIBS) -lm

check_PROGRAMS += tests/unit/test-stages
TESTS += tests/unit/test-stages
tests_unit_test_stages_CPPFLAGS = $(test_flags)
tests_unit_test_stages_LDADD = libbsn-host.a $(GLIB_LIBS) -lm

check_PROGRAMS += tests/unit/test-verified
TESTS += tests/unit/test-verified
tests_unit_test_verified_CPPFLAGS = $(test_flags)
tests_unit_test_verified_LDADD = libbsn-host.a $(GLIB_LIBS) -lm
