# plugins/engine-xuper/query
XUPER_QUERY_TESTS = tests/unit/test-xuper-query tests/unit/test-xuper-events
check_PROGRAMS += $(XUPER_QUERY_TESTS)
TESTS += $(XUPER_QUERY_TESTS)
tests_unit_test_xuper_query_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_query_LDADD = $(xuper_parts)
tests_unit_test_xuper_events_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_events_LDADD = $(xuper_parts)
