# XuperChain's transactions in blocks and in the pool.
XUPER_VERIFY_FUZZ = tests/fuzz/fuzz-xuper-draft
check_PROGRAMS += $(XUPER_VERIFY_FUZZ)
tests_fuzz_fuzz_xuper_draft_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_draft_LDADD = $(fuzz_libs) $(xuper_parts)
tests_fuzz_fuzz_xuper_draft_LDFLAGS = $(AM_LDFLAGS) \
	$(xuper_test_contract_link)
if !FUZZING
TESTS += $(XUPER_VERIFY_FUZZ)
endif
