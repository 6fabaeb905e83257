# plugins/consensus-chainedbft and the protocols on it, linked in, in a network
# of their own.
check_LIBRARIES += libchained-net.a
libchained_net_a_SOURCES = tests/unit/chained-net.h tests/unit/chained-net.c \
	tests/unit/chained-host.c tests/unit/chained-disk.c \
	tests/unit/chained-tree.c tests/unit/chained-block.c
libchained_net_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
chained_net_libs = libchained-net.a $(libchainedbft_libs)
chained_tests = tests/unit/test-chainedbft tests/unit/test-chainedbft-parts \
	tests/unit/test-chainedbft-byzantine tests/unit/test-chainedbft-epochs \
	tests/unit/test-chainedbft-slots tests/unit/test-chainedbft-promises \
	tests/unit/test-single
check_PROGRAMS += $(chained_tests)
TESTS += $(chained_tests)
chained_test_flags = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_chainedbft_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_LDADD = $(chained_net_libs)
tests_unit_test_chainedbft_parts_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_parts_LDADD = libchained-net.a libtdpos.a libxpoa.a \
	$(libchainedbft_libs)
tests_unit_test_chainedbft_byzantine_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_byzantine_LDADD = $(chained_net_libs)
tests_unit_test_chainedbft_epochs_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_epochs_LDADD = $(chained_net_libs)
tests_unit_test_chainedbft_slots_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_slots_LDADD = libchained-net.a libtdpos.a libxpoa.a \
	$(libchainedbft_libs)
tests_unit_test_chainedbft_promises_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_promises_LDADD = libchained-net.a libtdpos.a \
	libxpoa.a $(libchainedbft_libs)
tests_unit_test_single_CPPFLAGS = $(chained_test_flags)
tests_unit_test_single_LDADD = libchained-net.a libsingle.a \
	$(libchainedbft_libs)
