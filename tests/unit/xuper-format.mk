# plugins/engine-xuper: format/ and identity/.
check_LIBRARIES += libxuper-fixture.a
libxuper_fixture_a_SOURCES = tests/unit/manual-tree.c tests/unit/manual-tree.h \
	tests/unit/xuper-bed.c tests/unit/xuper-bed.h \
	tests/unit/xuper-contract.c tests/unit/xuper-contract.h \
	tests/unit/xuper-contracts.c tests/unit/xuper-contracts.h \
	tests/unit/xuper-kernel.c tests/unit/xuper-kernel.h \
	tests/unit/xuper-ledger.c tests/unit/xuper-ledger.h \
	tests/unit/xuper-made.c tests/unit/xuper-made.h \
	tests/unit/xuper-making.c tests/unit/xuper-nodes.c \
	tests/unit/xuper-nodes.h tests/unit/xuper-store.c \
	tests/unit/xuper-store.h tests/unit/xuper-suite.c \
	tests/unit/xuper-suite.h plugins/engine-xuper/chain/plugin.c
libxuper_fixture_a_CPPFLAGS = $(xuper_flags)
$(libxuper_fixture_a_OBJECTS): $(xuper_proto_made)
XUPER_FORMAT_TESTS = tests/unit/test-xuper-address tests/unit/test-xuper-acl \
	tests/unit/test-xuper-amount tests/unit/test-xuper-tx \
	tests/unit/test-xuper-block
check_PROGRAMS += $(XUPER_FORMAT_TESTS)
TESTS += $(XUPER_FORMAT_TESTS)
tests_unit_test_xuper_address_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_address_LDADD = $(xuper_parts)
tests_unit_test_xuper_acl_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_acl_LDADD = $(xuper_parts)
tests_unit_test_xuper_amount_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_amount_LDADD = $(libxuper_libs)
tests_unit_test_xuper_tx_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_tx_LDADD = $(xuper_parts)
tests_unit_test_xuper_block_CPPFLAGS = $(xuper_flags)
tests_unit_test_xuper_block_LDADD = $(xuper_parts)
