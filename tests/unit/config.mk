# The config file.
check_PROGRAMS += tests/unit/config
TESTS += tests/unit/config
tests_unit_config_CPPFLAGS = $(test_flags)
tests_unit_config_LDADD = $(UNIT_LIBS) $(GLIB_LIBS)
