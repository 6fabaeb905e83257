# plugins/engine-xuper: parallel chains
check_PROGRAMS += tests/unit/test-xuper-parachain
TESTS += tests/unit/test-xuper-parachain
tests_unit_test_xuper_parachain_SOURCES = \
	tests/unit/test-xuper-parachain.c \
	tests/unit/xuper-kernel.c tests/unit/xuper-kernel.h $(xuper_suite)
tests_unit_test_xuper_parachain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_parachain_LDADD = libxuper.la libfake-host.la
