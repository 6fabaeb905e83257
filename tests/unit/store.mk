# The store.
store_tests = tests/unit/store tests/unit/store-full tests/unit/store-crash \
	tests/unit/store-journal tests/unit/store-copy
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)
store_fixture = tests/unit/store_fixture.h tests/unit/store_fixture.c
store_test_libs = $(UNIT_LIBS) $(GLIB_LIBS) $(LMDB_LIBS)
tests_unit_store_SOURCES = tests/unit/store.c $(store_fixture)
tests_unit_store_CPPFLAGS = $(test_flags)
tests_unit_store_LDADD = $(store_test_libs)
tests_unit_store_full_SOURCES = tests/unit/store_full.c $(store_fixture)
tests_unit_store_full_CPPFLAGS = $(test_flags)
tests_unit_store_full_LDADD = $(store_test_libs)
tests_unit_store_crash_SOURCES = tests/unit/store_crash.c $(store_fixture)
tests_unit_store_crash_CPPFLAGS = $(test_flags)
tests_unit_store_crash_LDADD = $(store_test_libs)
tests_unit_store_journal_SOURCES = tests/unit/store_journal.c $(store_fixture)
tests_unit_store_journal_CPPFLAGS = $(test_flags)
tests_unit_store_journal_LDADD = $(store_test_libs)
tests_unit_store_copy_SOURCES = tests/unit/store_copy.c $(store_fixture)
tests_unit_store_copy_CPPFLAGS = $(test_flags)
tests_unit_store_copy_LDADD = $(store_test_libs)
