# By hand: what the store sustains; store.sh compares it with an earlier one.
EXTRA_PROGRAMS += tests/bench/store
tests_bench_store_CPPFLAGS = $(test_flags)
tests_bench_store_LDADD = $(UNIT_LIBS) $(GLIB_LIBS) $(LMDB_LIBS)
EXTRA_DIST += tests/bench/store.sh
