check_PROGRAMS += tests/unit/test-strand
TESTS += tests/unit/test-strand
tests_unit_test_strand_SOURCES = tests/unit/test-strand.c \
	host/chain/callqueue.c host/chain/strand.c host/chain/workers.c \
	host/loop.c
tests_unit_test_strand_CPPFLAGS = $(test_flags)
tests_unit_test_strand_LDADD = $(GLIB_LIBS) $(EVENT_LIBS)
