# plugins/engine-xuper: verify/ and pool/
xuper_test_contract_link = -Wl,--wrap=kernel_find \
	-Wl,-u,__wrap_kernel_find
XUPER_VERIFY_TESTS = tests/unit/test-xuper-verify \
	tests/unit/test-xuper-replay tests/unit/test-xuper-permission \
	tests/unit/test-xuper-pool tests/unit/test-xuper-draft \
	tests/unit/test-xuper-random tests/unit/test-xuper-hostile
check_PROGRAMS += $(XUPER_VERIFY_TESTS)
TESTS += $(XUPER_VERIFY_TESTS)
tests_unit_test_xuper_verify_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_verify_LDADD = $(xuper_parts)
tests_unit_test_xuper_replay_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_replay_LDADD = $(xuper_parts)
tests_unit_test_xuper_replay_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_pool_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_pool_LDADD = $(xuper_parts)
tests_unit_test_xuper_pool_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_permission_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_permission_LDADD = $(xuper_parts)
tests_unit_test_xuper_permission_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_draft_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_draft_LDADD = $(xuper_parts)
tests_unit_test_xuper_draft_LDFLAGS = $(xuper_test_contract_link) \
	-Wl,--wrap=kernel_begin_block
tests_unit_test_xuper_hostile_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_hostile_LDADD = $(xuper_parts)
tests_unit_test_xuper_hostile_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_random_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_random_LDADD = $(xuper_parts)
tests_unit_test_xuper_random_LDFLAGS = $(xuper_test_contract_link)
