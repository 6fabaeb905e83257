# plugins/engine-xuper: configs, genesis, kernel contracts
xuper_kernel_chain = tests/unit/xuper-parachain-absent.c
XUPER_KERNEL_TESTS = tests/unit/test-xuper-config \
	tests/unit/test-xuper-accounts tests/unit/test-xuper-member \
	tests/unit/test-xuper-govern tests/unit/test-xuper-proposal \
	tests/unit/test-xuper-election tests/unit/test-xuper-begin \
	tests/unit/test-xuper-protocols
check_PROGRAMS += $(XUPER_KERNEL_TESTS)
TESTS += $(XUPER_KERNEL_TESTS)
tests_unit_test_xuper_config_SOURCES = tests/unit/test-xuper-config.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_config_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_config_LDADD = $(xuper_parts)
tests_unit_test_xuper_accounts_SOURCES = tests/unit/test-xuper-accounts.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_accounts_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_accounts_LDADD = $(xuper_parts)
tests_unit_test_xuper_member_SOURCES = tests/unit/test-xuper-member.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_member_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_member_LDADD = $(xuper_parts)
tests_unit_test_xuper_govern_SOURCES = tests/unit/test-xuper-govern.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_govern_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_govern_LDADD = $(xuper_parts)
tests_unit_test_xuper_proposal_SOURCES = tests/unit/test-xuper-proposal.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_proposal_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_proposal_LDADD = $(xuper_parts)
tests_unit_test_xuper_election_SOURCES = tests/unit/test-xuper-election.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_election_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_election_LDADD = $(xuper_parts)
tests_unit_test_xuper_begin_SOURCES = tests/unit/test-xuper-begin.c \
	$(xuper_kernel_chain)
tests_unit_test_xuper_begin_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_begin_LDADD = $(xuper_parts)
tests_unit_test_xuper_protocols_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_protocols_LDADD = $(xuper_parts)
