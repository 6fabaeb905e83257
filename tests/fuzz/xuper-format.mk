# XuperChain's transactions, blocks, access control lists, names and keys,
# subscriptions.
XUPER_FORMAT_FUZZ = tests/fuzz/fuzz-xuper-tx tests/fuzz/fuzz-xuper-block \
	tests/fuzz/fuzz-xuper-acl tests/fuzz/fuzz-xuper-address \
	tests/fuzz/fuzz-xuper-subscribe
check_PROGRAMS += $(XUPER_FORMAT_FUZZ)
tests_fuzz_fuzz_xuper_tx_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_tx_LDADD = $(fuzz_libs) $(xuper_parts)
tests_fuzz_fuzz_xuper_block_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_block_LDADD = $(fuzz_libs) $(xuper_parts)
tests_fuzz_fuzz_xuper_acl_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_acl_LDADD = $(fuzz_libs) $(libxuper_libs)
tests_fuzz_fuzz_xuper_address_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_address_LDADD = $(fuzz_libs) $(xuper_parts)
tests_fuzz_fuzz_xuper_subscribe_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_subscribe_LDADD = $(fuzz_libs) $(xuper_parts)
if !FUZZING
TESTS += $(XUPER_FORMAT_FUZZ)
endif
