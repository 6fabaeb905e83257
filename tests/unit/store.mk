# The store.
store_tests = tests/unit/store tests/unit/store-full tests/unit/store-crash \
	tests/unit/store-journal tests/unit/store-copy \
	tests/unit/store-filter tests/unit/store-large \
	tests/unit/store-powerloss
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)
check_LIBRARIES += libstore-fixture.a
libstore_fixture_a_SOURCES = tests/unit/store_fixture.c \
	tests/unit/store_fixture.h
libstore_fixture_a_CPPFLAGS = $(test_flags)
store_test_libs = libstore-fixture.a $(UNIT_LIBS) $(GLIB_LIBS) $(LMDB_LIBS)
tests_unit_store_CPPFLAGS = $(test_flags)
tests_unit_store_LDADD = $(store_test_libs)
tests_unit_store_full_SOURCES = tests/unit/store_full.c
tests_unit_store_full_CPPFLAGS = $(test_flags)
tests_unit_store_full_LDADD = $(store_test_libs)
tests_unit_store_crash_SOURCES = tests/unit/store_crash.c
tests_unit_store_crash_CPPFLAGS = $(test_flags)
tests_unit_store_crash_LDADD = $(store_test_libs)
tests_unit_store_journal_SOURCES = tests/unit/store_journal.c
tests_unit_store_journal_CPPFLAGS = $(test_flags)
tests_unit_store_journal_LDADD = $(store_test_libs)
tests_unit_store_copy_SOURCES = tests/unit/store_copy.c
tests_unit_store_copy_CPPFLAGS = $(test_flags)
tests_unit_store_copy_LDADD = $(store_test_libs)
tests_unit_store_filter_SOURCES = tests/unit/store_filter.c
tests_unit_store_filter_CPPFLAGS = $(test_flags)
tests_unit_store_filter_LDADD = $(store_test_libs)
tests_unit_store_large_SOURCES = tests/unit/store_large.c
tests_unit_store_large_CPPFLAGS = $(test_flags)
tests_unit_store_large_LDADD = $(store_test_libs)
# Functions of libc are in their place: nothing of it is for another test.
tests_unit_store_powerloss_SOURCES = tests/unit/store_powerloss.c \
	tests/unit/powerloss-disk.h tests/unit/powerloss-disk.c \
	tests/unit/powerloss-crash.h tests/unit/powerloss-crash.c \
	tests/unit/powerloss-work.h tests/unit/powerloss-work.c
tests_unit_store_powerloss_CPPFLAGS = $(test_flags)
tests_unit_store_powerloss_LDADD = $(store_test_libs)
# So that libraries find them.
tests_unit_store_powerloss_LDFLAGS = $(AM_LDFLAGS) -Wl,--export-dynamic

# 200 seeds with 200 states of each.
.PHONY: soak-powerloss
soak-powerloss: tests/unit/store-powerloss
	for seed in `seq 1 200`; do echo "powerloss: seed $$seed"; \
		POWERLOSS_SEED=$$seed POWERLOSS_STATES=200 \
		G_TEST_SRCDIR='$(abs_top_srcdir)' \
		tests/unit/store-powerloss >tests/unit/powerloss.tap || \
		{ cat tests/unit/powerloss.tap; exit 1; }; \
	done
