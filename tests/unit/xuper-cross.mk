# plugins/engine-xuper: parallel chains
XUPER_CROSS_TESTS = tests/unit/test-xuper-parachain tests/unit/test-xuper-cross \
	tests/unit/test-xuper-asked
check_PROGRAMS += $(XUPER_CROSS_TESTS)
TESTS += $(XUPER_CROSS_TESTS)
tests_unit_test_xuper_cross_SOURCES = tests/unit/test-xuper-cross.c \
	tests/unit/xuper-ask.c tests/unit/xuper-ask.h $(xuper_nodes)
tests_unit_test_xuper_cross_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_cross_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_asked_SOURCES = tests/unit/test-xuper-asked.c \
	$(xuper_nodes)
tests_unit_test_xuper_asked_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_asked_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_parachain_SOURCES = \
	tests/unit/test-xuper-parachain.c \
	tests/unit/xuper-kernel.c tests/unit/xuper-kernel.h $(xuper_suite)
tests_unit_test_xuper_parachain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_parachain_LDADD = $(libxuper_libs) $(libfake_host_libs)
