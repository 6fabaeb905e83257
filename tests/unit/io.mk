# Input and output of plugins.
# Without AM_CFLAGS: within the limits of a child there is no room for a sanitizer.
check_DATA = tests/unit/io-child
EXTRA_DIST += tests/unit/io-child.c
CLEANFILES += tests/unit/io-child
tests/unit/io-child: tests/unit/io-child.c
	@$(MKDIR_P) tests/unit
	$(AM_V_CC)$(CC) -std=gnu11 -pthread $(WARN_CFLAGS) -O1 -o $@ \
		$(srcdir)/tests/unit/io-child.c

check_LTLIBRARIES += libio-fixture.la
libio_fixture_la_SOURCES = tests/unit/io-fixture.c tests/unit/io-fixture.h \
	tests/unit/io-kid.c tests/unit/io-kid.h
libio_fixture_la_CPPFLAGS = $(test_flags)
io_tests = tests/unit/test-io-children tests/unit/test-io-strands \
	tests/unit/test-io-streams tests/unit/test-io-tls \
	tests/unit/test-io-walls
check_PROGRAMS += $(io_tests)
TESTS += $(io_tests)
io_test_libs = libio-fixture.la $(UNIT_LIBS) $(GLIB_LIBS) $(EVENT_LIBS) \
	$(SSL_LIBS) $(CRYPTO_LIBS)
tests_unit_test_io_streams_SOURCES = tests/unit/test-io-streams.c
tests_unit_test_io_streams_CPPFLAGS = $(test_flags)
tests_unit_test_io_streams_LDADD = $(io_test_libs)
tests_unit_test_io_walls_SOURCES = tests/unit/test-io-walls.c
tests_unit_test_io_walls_CPPFLAGS = $(test_flags)
tests_unit_test_io_walls_LDADD = $(io_test_libs)
tests_unit_test_io_children_SOURCES = tests/unit/test-io-children.c
tests_unit_test_io_children_CPPFLAGS = $(test_flags)
tests_unit_test_io_children_LDADD = $(io_test_libs)
tests_unit_test_io_tls_SOURCES = tests/unit/test-io-tls.c
tests_unit_test_io_tls_CPPFLAGS = $(test_flags)
tests_unit_test_io_tls_LDADD = $(io_test_libs)
# With an engine of the test's own, hence without the host's registry.
tests_unit_test_io_strands_SOURCES = tests/unit/test-io-strands.c \
	tests/unit/no-plugins.c \
	host/ops/cpu.c host/ops/metrics.c host/ops/stages.c \
	host/chain/callqueue.c host/chain/chain.c host/chain/founding.c \
	host/chain/genesis.c host/chain/intake.c host/chain/record.c \
	host/chain/parallel.c host/chain/question.c \
	host/service/net.c host/service/net_deliver.c \
	host/service/net_members.c host/service/session.c \
	host/chain/reply.c host/chain/reply_copy.c host/chain/strand.c host/chain/table.c \
	host/chain/workers.c host/loop.c host/ops/log.c host/status.c \
	host/service/ambient.c host/service/services.c \
	host/service/timer.c $(STORE_SOURCES) $(COMPILE_SOURCES) \
	$(GRPC_CALL_SOURCES) host/net/tls_client.c \
	host/io/child_directory.c host/io/strand.c
tests_unit_test_io_strands_CPPFLAGS = $(test_flags)
tests_unit_test_io_strands_LDADD = libbsn-process.la \
	libbsn-grpc-event.la libbsn-grpc.la $(GLIB_LIBS) \
	$(EVENT_LIBS) $(LMDB_LIBS) $(JANSSON_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS)
