# The runner of Ethereum's state tests, against the plugin as it is loaded.
evm_world = tests/evm/world.c tests/evm/world.h tests/evm/trie.c \
	tests/evm/trie.h
evm_test_flags = $(plugin_flags) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) \
	-DBUILDDIR='"$(abs_top_builddir)"'

check_PROGRAMS += tests/evm/statetest
tests_evm_statetest_SOURCES = tests/evm/statetest.c tests/evm/transition.c \
	tests/evm/transition.h $(evm_world)
tests_evm_statetest_CPPFLAGS = $(evm_test_flags)
tests_evm_statetest_LDADD = libfake-host.la libevm.la libbsn-kit.la \
	$(JANSSON_LIBS) $(GLIB_LIBS)
