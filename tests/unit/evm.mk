# plugins/runtime-evm
evm_test_flags = $(plugin_flags) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
evm_test_libs = libevm-fixture.a $(libfake_host_libs) $(libevm_libs) \
	$(libbsn_kit_libs) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(GLIB_LIBS)
check_LIBRARIES += libevm-fixture.a
libevm_fixture_a_SOURCES = tests/evm/fixture.c tests/evm/fixture.h \
	tests/evm/trie.c tests/evm/trie.h tests/evm/world.c tests/evm/world.h
libevm_fixture_a_CPPFLAGS = $(evm_test_flags)

evm_tests = tests/unit/test-evm tests/unit/test-evm-accounts \
	tests/unit/test-evm-check tests/unit/test-evm-forks \
	tests/unit/test-evm-limits tests/unit/test-evm-machine \
	tests/unit/test-evm-precompiles tests/unit/test-evm-replace \
	tests/unit/test-evm-state \
	tests/unit/test-evm-trie tests/unit/test-evm-u256
check_PROGRAMS += $(evm_tests)
TESTS += $(evm_tests)
tests_unit_test_evm_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_LDADD = $(evm_test_libs)
tests_unit_test_evm_accounts_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_accounts_LDADD = $(evm_test_libs)
EXTRA_DIST += tests/unit/contracts/checks.sol \
	tests/unit/contracts/checks.json tests/unit/contracts/make-checks.mjs
tests_unit_test_evm_check_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_check_LDADD = $(evm_test_libs)
tests_unit_test_evm_forks_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_forks_LDADD = $(evm_test_libs)
tests_unit_test_evm_limits_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_limits_LDADD = $(evm_test_libs)
tests_unit_test_evm_machine_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_machine_LDADD = $(evm_test_libs)
tests_unit_test_evm_precompiles_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_precompiles_LDADD = $(evm_test_libs)
tests_unit_test_evm_replace_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_replace_LDADD = $(evm_test_libs)
tests_unit_test_evm_state_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_state_LDADD = $(evm_test_libs)
tests_unit_test_evm_trie_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_trie_LDADD = $(evm_test_libs)
tests_unit_test_evm_u256_CPPFLAGS = $(evm_test_flags)
tests_unit_test_evm_u256_LDADD = $(evm_test_libs)

# The runner of Ethereum's state tests, against the plugin as it is loaded.
check_PROGRAMS += tests/evm/statetest
test_files = tests/evm/test-files.c tests/evm/test-files.h
tests_evm_statetest_SOURCES = tests/evm/statetest.c tests/evm/transition.c \
	tests/evm/transition.h $(test_files)
tests_evm_statetest_CPPFLAGS = $(evm_test_flags) \
	-DBUILDDIR='"$(abs_top_builddir)"' \
	-DEXCLUDED_TESTS='"$(abs_top_srcdir)/tests/evm/excluded-tests.txt"'
tests_evm_statetest_LDADD = $(evm_test_libs)

# Times loops for tests/bench/evm.mjs.
check_PROGRAMS += tests/evm/evmbench
tests_evm_evmbench_CPPFLAGS = $(tests_evm_statetest_CPPFLAGS)
tests_evm_evmbench_LDADD = $(evm_test_libs)

# Runs the programs of tests/npm/differential.mjs.
check_PROGRAMS += tests/evm/transact
tests_evm_transact_SOURCES = tests/evm/transact.c tests/evm/transition.c \
	tests/evm/transition.h
tests_evm_transact_CPPFLAGS = $(tests_evm_statetest_CPPFLAGS)
tests_evm_transact_LDADD = $(evm_test_libs)
dist_check_SCRIPTS += tests/evm/state-tests.sh
TESTS += tests/evm/state-tests.sh
EXTRA_DIST += tests/evm/data tests/evm/excluded-tests.txt \
	tests/npm/differential.mjs tests/npm/evm-programs.mjs \
	tests/npm/evm-loops.mjs tests/npm/second-evm.mjs

# Needs the packages of tests/npm: `npm ci` there first.
.PHONY: soak-evm
soak-evm: tests/evm/transact modules/runtime-evm.so modules/crypto-std.so
	BSN_BUILD='$(abs_top_builddir)' \
		$(top_srcdir)/tests/npm/differential.mjs --programs 100000

# The runner of Ethereum's transaction tests.
check_PROGRAMS += tests/evm/txtest
tests_evm_txtest_SOURCES = tests/evm/txtest.c $(test_files)
tests_evm_txtest_CPPFLAGS = $(evm_test_flags) \
	-DBUILDDIR='"$(abs_top_builddir)"'
tests_evm_txtest_LDADD = $(libfisco_libs) $(libfake_host_libs) \
	libbsn-solidity.a $(libbsn_kit_libs) $(JANSSON_LIBS) $(GLIB_LIBS)
dist_check_SCRIPTS += tests/evm/transaction-tests.sh
TESTS += tests/evm/transaction-tests.sh
