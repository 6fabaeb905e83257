# plugins/consensus-chainedbft and the protocols on it, linked in, in a network
# of their own.
chained_net = tests/unit/chained-net.h tests/unit/chained-net.c \
	tests/unit/chained-host.c tests/unit/chained-disk.c \
	tests/unit/chained-tree.c tests/unit/chained-block.c
chained_tests = tests/unit/test-chainedbft tests/unit/test-chainedbft-parts \
	tests/unit/test-chainedbft-byzantine tests/unit/test-chainedbft-epochs \
	tests/unit/test-chainedbft-slots tests/unit/test-chainedbft-promises \
	tests/unit/test-single
check_PROGRAMS += $(chained_tests)
TESTS += $(chained_tests)
chained_test_flags = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_chainedbft_SOURCES = tests/unit/test-chainedbft.c \
	$(chained_net)
tests_unit_test_chainedbft_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_LDADD = $(libchainedbft_libs)
tests_unit_test_chainedbft_parts_SOURCES = \
	tests/unit/test-chainedbft-parts.c $(chained_net)
tests_unit_test_chainedbft_parts_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_parts_LDADD = libtdpos.a libxpoa.a \
	$(libchainedbft_libs)
tests_unit_test_chainedbft_byzantine_SOURCES = \
	tests/unit/test-chainedbft-byzantine.c $(chained_net)
tests_unit_test_chainedbft_byzantine_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_byzantine_LDADD = $(libchainedbft_libs)
tests_unit_test_chainedbft_epochs_SOURCES = \
	tests/unit/test-chainedbft-epochs.c $(chained_net)
tests_unit_test_chainedbft_epochs_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_epochs_LDADD = $(libchainedbft_libs)
tests_unit_test_chainedbft_slots_SOURCES = \
	tests/unit/test-chainedbft-slots.c $(chained_net)
tests_unit_test_chainedbft_slots_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_slots_LDADD = libtdpos.a libxpoa.a \
	$(libchainedbft_libs)
tests_unit_test_chainedbft_promises_SOURCES = \
	tests/unit/test-chainedbft-promises.c $(chained_net)
tests_unit_test_chainedbft_promises_CPPFLAGS = $(chained_test_flags)
tests_unit_test_chainedbft_promises_LDADD = libtdpos.a libxpoa.a \
	$(libchainedbft_libs)
tests_unit_test_single_SOURCES = tests/unit/test-single.c $(chained_net)
tests_unit_test_single_CPPFLAGS = $(chained_test_flags)
tests_unit_test_single_LDADD = libsingle.a $(libchainedbft_libs)
