# Input and output of plugins.
check_PROGRAMS += tests/unit/io-child
# Within the limits of a child there is no room for a sanitizer.
tests_unit_io_child_SOURCES = tests/unit/io-child.c
tests_unit_io_child_CFLAGS = $(AM_CFLAGS) -fno-sanitize=all

check_LTLIBRARIES += libio-fixture.la
libio_fixture_la_SOURCES = tests/unit/io-fixture.c tests/unit/io-fixture.h
libio_fixture_la_CPPFLAGS = $(test_flags)
io_tests = tests/unit/test-io-children tests/unit/test-io-streams
check_PROGRAMS += $(io_tests)
TESTS += $(io_tests)
io_test_libs = libio-fixture.la $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS) \
	$(SSL_LIBS) $(CRYPTO_LIBS)
tests_unit_test_io_streams_SOURCES = tests/unit/test-io-streams.c
tests_unit_test_io_streams_CPPFLAGS = $(test_flags)
tests_unit_test_io_streams_LDADD = $(io_test_libs)
tests_unit_test_io_children_SOURCES = tests/unit/test-io-children.c
tests_unit_test_io_children_CPPFLAGS = $(test_flags)
tests_unit_test_io_children_LDADD = $(io_test_libs)
