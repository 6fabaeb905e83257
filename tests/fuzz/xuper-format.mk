# XuperChain's transactions, blocks, access control lists, names and keys,
# subscriptions.
XUPER_FORMAT_FUZZ = tests/fuzz/fuzz-xuper-tx tests/fuzz/fuzz-xuper-block \
	tests/fuzz/fuzz-xuper-acl tests/fuzz/fuzz-xuper-address \
	tests/fuzz/fuzz-xuper-subscribe
check_PROGRAMS += $(XUPER_FORMAT_FUZZ)
xuper_fuzz_flags = $(xuper_flags) -DBUILDDIR='"$(abs_top_builddir)"'
tests_fuzz_fuzz_xuper_tx_SOURCES = tests/fuzz/fuzz-xuper-tx.c \
	$(xuper_suite) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_tx_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_tx_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_tx_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_xuper_block_SOURCES = tests/fuzz/fuzz-xuper-block.c \
	$(xuper_suite) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_block_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_block_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_block_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_xuper_acl_SOURCES = tests/fuzz/fuzz-xuper-acl.c $(FUZZ_MAIN)
tests_fuzz_fuzz_xuper_acl_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_acl_LDADD = $(libxuper_libs)
tests_fuzz_fuzz_xuper_acl_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_xuper_address_SOURCES = tests/fuzz/fuzz-xuper-address.c \
	$(xuper_suite) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_address_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_address_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_address_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_xuper_subscribe_SOURCES = tests/fuzz/fuzz-xuper-subscribe.c \
	$(xuper_suite) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_subscribe_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_subscribe_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_subscribe_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(XUPER_FORMAT_FUZZ)
endif
