# plugins/engine-xuper: chain/ and net/
xuper_nodes = tests/unit/xuper-nodes.c tests/unit/xuper-nodes.h \
	tests/unit/manual-tree.c tests/unit/manual-tree.h \
	plugins/engine-xuper/chain/plugin.c $(xuper_suite)
XUPER_CHAIN_TESTS = tests/unit/test-xuper-chain tests/unit/test-xuper-tree \
	tests/unit/test-xuper-net tests/unit/test-xuper-bft \
	tests/unit/test-xuper-net-message tests/unit/test-xuper-switch \
	tests/unit/test-xuper-handover tests/unit/test-xuper-lies
check_PROGRAMS += $(XUPER_CHAIN_TESTS)
TESTS += $(XUPER_CHAIN_TESTS)
tests_unit_test_xuper_chain_SOURCES = tests/unit/test-xuper-chain.c \
	$(xuper_nodes)
tests_unit_test_xuper_chain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_chain_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_tree_SOURCES = tests/unit/test-xuper-tree.c $(xuper_nodes)
tests_unit_test_xuper_tree_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_tree_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_net_SOURCES = tests/unit/test-xuper-net.c $(xuper_nodes)
tests_unit_test_xuper_net_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_net_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_bft_SOURCES = tests/unit/test-xuper-bft.c $(xuper_nodes)
tests_unit_test_xuper_bft_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_bft_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_net_message_SOURCES = tests/unit/test-xuper-net-message.c
tests_unit_test_xuper_net_message_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_net_message_LDADD = $(libxuper_libs)
tests_unit_test_xuper_switch_SOURCES = tests/unit/test-xuper-switch.c \
	$(xuper_nodes)
tests_unit_test_xuper_switch_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_switch_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_handover_SOURCES = tests/unit/test-xuper-handover.c \
	$(xuper_nodes)
tests_unit_test_xuper_handover_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_handover_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_lies_SOURCES = tests/unit/test-xuper-lies.c $(xuper_nodes)
tests_unit_test_xuper_lies_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_lies_LDADD = $(libxuper_libs) $(libfake_host_libs)
check_PROGRAMS += tests/unit/test-xuper-pow
TESTS += tests/unit/test-xuper-pow
tests_unit_test_xuper_pow_SOURCES = tests/unit/test-xuper-pow.c $(xuper_nodes)
tests_unit_test_xuper_pow_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_pow_LDADD = $(libxuper_libs) $(libfake_host_libs)
