# plugins/engine-xuper: chain/ and net/
xuper_nodes = tests/unit/xuper-nodes.c tests/unit/xuper-nodes.h \
	tests/unit/manual-tree.c tests/unit/manual-tree.h \
	tests/unit/xuper-absent.c \
	plugins/engine-xuper/chain/plugin.c $(xuper_suite)
XUPER_CHAIN_TESTS = tests/unit/test-xuper-chain
check_PROGRAMS += $(XUPER_CHAIN_TESTS)
TESTS += $(XUPER_CHAIN_TESTS)
tests_unit_test_xuper_chain_SOURCES = tests/unit/test-xuper-chain.c \
	$(xuper_nodes)
tests_unit_test_xuper_chain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_chain_LDADD = libxuper.la libfake-host.la
