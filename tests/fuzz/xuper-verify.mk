# XuperChain's transactions in blocks and in the pool.
XUPER_VERIFY_FUZZ = tests/fuzz/fuzz-xuper-draft
check_PROGRAMS += $(XUPER_VERIFY_FUZZ)
tests_fuzz_fuzz_xuper_draft_SOURCES = tests/fuzz/fuzz-xuper-draft.c \
	$(xuper_bed) $(xuper_test_contract) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_draft_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_draft_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_draft_LDFLAGS = $(fuzz_link_flags) \
	$(xuper_test_contract_link)
if !FUZZING
TESTS += $(XUPER_VERIFY_FUZZ)
endif
