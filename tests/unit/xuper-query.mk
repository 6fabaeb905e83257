# plugins/engine-xuper/query
XUPER_QUERY_TESTS = tests/unit/test-xuper-query tests/unit/test-xuper-events
check_PROGRAMS += $(XUPER_QUERY_TESTS)
TESTS += $(XUPER_QUERY_TESTS)
tests_unit_test_xuper_query_SOURCES = tests/unit/test-xuper-query.c \
	$(xuper_nodes)
tests_unit_test_xuper_query_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_query_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_events_SOURCES = tests/unit/test-xuper-events.c \
	$(xuper_nodes)
tests_unit_test_xuper_events_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_events_LDADD = $(libxuper_libs) $(libfake_host_libs)
