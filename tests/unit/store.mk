# The store.
check_PROGRAMS += tests/unit/store
TESTS += tests/unit/store
tests_unit_store_SOURCES = tests/unit/store.c tests/unit/store_fixture.h \
	tests/unit/store_fixture.c
tests_unit_store_CPPFLAGS = $(test_flags)
tests_unit_store_LDADD = $(UNIT_LIBS) $(GLIB_LIBS)
