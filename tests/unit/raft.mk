# plugins/consensus-raft: its core in a network of its own, and the plugin in
# the fake host.
raft_net = tests/unit/raft-net.c tests/unit/raft-net.h \
	tests/unit/raft-net-check.c tests/unit/raft-net-node.c \
	tests/unit/raft-net-private.h \
	tests/unit/raft-disk.c tests/unit/raft-disk.h
raft_core = tests/unit/raft-core.c tests/unit/raft-core.h
raft_tests = tests/unit/test-raft tests/unit/test-raft-core \
	tests/unit/test-raft-voters \
	tests/unit/test-raft-seeds tests/unit/test-raft-parts \
	tests/unit/test-raft-agreement
check_PROGRAMS += $(raft_tests)
TESTS += $(raft_tests)
tests_unit_test_raft_SOURCES = tests/unit/test-raft.c $(raft_net)
tests_unit_test_raft_CPPFLAGS = $(plugin_flags)
tests_unit_test_raft_LDADD = $(libraft_libs)
tests_unit_test_raft_core_SOURCES = tests/unit/test-raft-core.c $(raft_core)
tests_unit_test_raft_core_CPPFLAGS = $(plugin_flags)
tests_unit_test_raft_core_LDADD = $(libraft_libs)
tests_unit_test_raft_voters_SOURCES = tests/unit/test-raft-voters.c \
	$(raft_core)
tests_unit_test_raft_voters_CPPFLAGS = $(plugin_flags)
tests_unit_test_raft_voters_LDADD = $(libraft_libs)
tests_unit_test_raft_seeds_SOURCES = tests/unit/test-raft-seeds.c $(raft_net)
tests_unit_test_raft_seeds_CPPFLAGS = $(plugin_flags)
tests_unit_test_raft_seeds_LDADD = $(libraft_libs)
tests_unit_test_raft_parts_CPPFLAGS = $(plugin_flags)
tests_unit_test_raft_parts_LDADD = $(libraft_libs)
tests_unit_test_raft_agreement_SOURCES = tests/unit/test-raft-agreement.c \
	tests/unit/raft-engine.c tests/unit/raft-engine.h \
	tests/unit/raft-engine-host.c tests/unit/raft-engine-private.h
tests_unit_test_raft_agreement_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
tests_unit_test_raft_agreement_LDADD = $(libraft_libs) $(libfake_host_libs)
