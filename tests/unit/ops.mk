# Log, metrics, health.
check_PROGRAMS += tests/unit/ops
TESTS += tests/unit/ops
tests_unit_ops_SOURCES = tests/unit/ops.c
tests_unit_ops_CPPFLAGS = $(test_flags)
tests_unit_ops_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS) $(JANSSON_LIBS)
