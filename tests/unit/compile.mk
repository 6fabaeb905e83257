# Compilers that a host lends.
check_PROGRAMS += tests/unit/test-compilers
TESTS += tests/unit/test-compilers
tests_unit_test_compilers_CPPFLAGS = $(test_flags)
tests_unit_test_compilers_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS)
