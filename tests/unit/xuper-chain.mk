# plugins/engine-xuper: chain/ and net/
XUPER_CHAIN_TESTS = tests/unit/test-xuper-chain tests/unit/test-xuper-tree \
	tests/unit/test-xuper-net tests/unit/test-xuper-bft \
	tests/unit/test-xuper-net-message tests/unit/test-xuper-switch \
	tests/unit/test-xuper-handover tests/unit/test-xuper-lies
check_PROGRAMS += $(XUPER_CHAIN_TESTS)
TESTS += $(XUPER_CHAIN_TESTS)
tests_unit_test_xuper_chain_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_chain_LDADD = $(xuper_parts)
tests_unit_test_xuper_tree_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_tree_LDADD = $(xuper_parts)
tests_unit_test_xuper_net_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_net_LDADD = $(xuper_parts)
tests_unit_test_xuper_bft_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_bft_LDADD = $(xuper_parts)
tests_unit_test_xuper_net_message_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_net_message_LDADD = $(libxuper_libs)
tests_unit_test_xuper_switch_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_switch_LDADD = $(xuper_parts)
tests_unit_test_xuper_handover_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_handover_LDADD = $(xuper_parts)
tests_unit_test_xuper_lies_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_lies_LDADD = $(xuper_parts)
check_PROGRAMS += tests/unit/test-xuper-pow
TESTS += tests/unit/test-xuper-pow
tests_unit_test_xuper_pow_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_pow_LDADD = $(xuper_parts)
