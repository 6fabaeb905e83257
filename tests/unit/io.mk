# Input and output of plugins.
# Without AM_CFLAGS: within the limits of a child there is no room for a sanitizer.
check_DATA = tests/unit/io-child
EXTRA_DIST += tests/unit/io-child.c
CLEANFILES += tests/unit/io-child
tests/unit/io-child: tests/unit/io-child.c
	@$(MKDIR_P) tests/unit
	$(AM_V_CC)$(CC) -std=gnu11 -pthread $(WARN_CFLAGS) -O1 -o $@ \
		$(srcdir)/tests/unit/io-child.c

check_LIBRARIES += libio-fixture.a
libio_fixture_a_SOURCES = tests/unit/io-fixture.c tests/unit/io-fixture.h \
	tests/unit/io-kid.c tests/unit/io-kid.h
libio_fixture_a_CPPFLAGS = $(test_flags)
io_tests = tests/unit/test-io-children tests/unit/test-io-strands \
	tests/unit/test-io-streams tests/unit/test-io-tls \
	tests/unit/test-io-walls
check_PROGRAMS += $(io_tests)
TESTS += $(io_tests)
io_test_libs = libio-fixture.a $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS) \
	$(SSL_LIBS) $(CRYPTO_LIBS)
tests_unit_test_io_streams_CPPFLAGS = $(test_flags)
tests_unit_test_io_streams_LDADD = $(io_test_libs)
tests_unit_test_io_walls_CPPFLAGS = $(test_flags)
tests_unit_test_io_walls_LDADD = $(io_test_libs)
tests_unit_test_io_children_CPPFLAGS = $(test_flags)
tests_unit_test_io_children_LDADD = $(io_test_libs)
tests_unit_test_io_tls_CPPFLAGS = $(test_flags)
tests_unit_test_io_tls_LDADD = $(io_test_libs)
# With an engine of the test's own, hence without the host's registry.
tests_unit_test_io_strands_SOURCES = tests/unit/test-io-strands.c \
	host/io/child_directory.c host/io/strand.c
tests_unit_test_io_strands_CPPFLAGS = $(test_flags)
tests_unit_test_io_strands_LDADD = $(table_libs)
