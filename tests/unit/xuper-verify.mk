# plugins/engine-xuper: verify/ and pool/
xuper_bed = tests/unit/xuper-bed.c tests/unit/xuper-bed.h \
	tests/unit/xuper-making.c \
	$(xuper_suite)
xuper_test_contract = tests/unit/xuper-contract.c tests/unit/xuper-contract.h
xuper_test_contract_link = -Wl,--wrap=kernel_find
XUPER_VERIFY_TESTS = tests/unit/test-xuper-verify \
	tests/unit/test-xuper-replay tests/unit/test-xuper-permission \
	tests/unit/test-xuper-pool tests/unit/test-xuper-draft \
	tests/unit/test-xuper-random tests/unit/test-xuper-hostile
check_PROGRAMS += $(XUPER_VERIFY_TESTS)
TESTS += $(XUPER_VERIFY_TESTS)
tests_unit_test_xuper_verify_SOURCES = tests/unit/test-xuper-verify.c \
	$(xuper_bed)
tests_unit_test_xuper_verify_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_verify_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_replay_SOURCES = tests/unit/test-xuper-replay.c \
	$(xuper_bed) $(xuper_test_contract)
tests_unit_test_xuper_replay_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_replay_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_replay_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_pool_SOURCES = tests/unit/test-xuper-pool.c \
	$(xuper_bed) $(xuper_test_contract)
tests_unit_test_xuper_pool_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_pool_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_pool_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_permission_SOURCES = \
	tests/unit/test-xuper-permission.c $(xuper_bed) $(xuper_test_contract)
tests_unit_test_xuper_permission_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_permission_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_permission_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_draft_SOURCES = tests/unit/test-xuper-draft.c \
	$(xuper_bed) $(xuper_test_contract)
tests_unit_test_xuper_draft_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_draft_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_draft_LDFLAGS = $(xuper_test_contract_link) \
	-Wl,--wrap=kernel_begin_block
tests_unit_test_xuper_hostile_SOURCES = tests/unit/test-xuper-hostile.c \
	$(xuper_bed) $(xuper_test_contract)
tests_unit_test_xuper_hostile_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_hostile_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_hostile_LDFLAGS = $(xuper_test_contract_link)
tests_unit_test_xuper_random_SOURCES = tests/unit/test-xuper-random.c \
	$(xuper_bed) $(xuper_test_contract)
tests_unit_test_xuper_random_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_random_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_random_LDFLAGS = $(xuper_test_contract_link)
