# plugins/engine-xuper: format/ and identity/.
xuper_suite = tests/unit/xuper-suite.c tests/unit/xuper-suite.h
XUPER_FORMAT_TESTS = tests/unit/test-xuper-address tests/unit/test-xuper-acl \
	tests/unit/test-xuper-amount tests/unit/test-xuper-tx \
	tests/unit/test-xuper-block
check_PROGRAMS += $(XUPER_FORMAT_TESTS)
TESTS += $(XUPER_FORMAT_TESTS)
tests_unit_test_xuper_address_SOURCES = tests/unit/test-xuper-address.c \
	$(xuper_suite)
tests_unit_test_xuper_address_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_address_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_acl_SOURCES = tests/unit/test-xuper-acl.c $(xuper_suite)
tests_unit_test_xuper_acl_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_acl_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_amount_SOURCES = tests/unit/test-xuper-amount.c
tests_unit_test_xuper_amount_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_amount_LDADD = $(libxuper_libs)
tests_unit_test_xuper_tx_SOURCES = tests/unit/test-xuper-tx.c $(xuper_suite)
tests_unit_test_xuper_tx_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_tx_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_unit_test_xuper_block_SOURCES = tests/unit/test-xuper-block.c \
	$(xuper_suite)
tests_unit_test_xuper_block_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_block_LDADD = $(libxuper_libs) $(libfake_host_libs)
