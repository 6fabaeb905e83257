# plugins/engine-xuper: parallel chains
XUPER_CROSS_TESTS = tests/unit/test-xuper-parachain tests/unit/test-xuper-cross \
	tests/unit/test-xuper-asked
check_PROGRAMS += $(XUPER_CROSS_TESTS)
TESTS += $(XUPER_CROSS_TESTS)
tests_unit_test_xuper_cross_SOURCES = tests/unit/test-xuper-cross.c \
	tests/unit/xuper-ask.c tests/unit/xuper-ask.h
tests_unit_test_xuper_cross_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_cross_LDADD = $(xuper_parts)
tests_unit_test_xuper_asked_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_asked_LDADD = $(xuper_parts)
tests_unit_test_xuper_parachain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_parachain_LDADD = $(xuper_parts)
