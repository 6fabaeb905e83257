# plugins/engine-xuper/contract
XUPER_CONTRACT_TESTS = tests/unit/test-xuper-run tests/unit/test-xuper-build \
	tests/unit/test-xuper-check tests/unit/test-xuper-sandbox
check_PROGRAMS += $(XUPER_CONTRACT_TESTS)
TESTS += $(XUPER_CONTRACT_TESTS)
tests_unit_test_xuper_run_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_run_LDADD = $(xuper_parts)
tests_unit_test_xuper_build_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_build_LDADD = $(xuper_parts)
tests_unit_test_xuper_check_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_check_LDADD = $(xuper_parts)
tests_unit_test_xuper_sandbox_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_sandbox_LDADD = $(xuper_parts)
