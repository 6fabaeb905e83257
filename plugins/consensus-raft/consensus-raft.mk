# plugins/consensus-raft: all but the plugin's entry, which the tests link, and
# the plugin.
noinst_LIBRARIES += libraft.a
libraft_a_SOURCES = \
	plugins/consensus-raft/agreement.c \
	plugins/consensus-raft/agreement.h \
	plugins/consensus-raft/carry_out.c \
	plugins/consensus-raft/certificate.c \
	plugins/consensus-raft/certificate.h \
	plugins/consensus-raft/core.h \
	plugins/consensus-raft/election.c \
	plugins/consensus-raft/follower.c \
	plugins/consensus-raft/leader.c \
	plugins/consensus-raft/ledger.c \
	plugins/consensus-raft/log.c plugins/consensus-raft/log.h \
	plugins/consensus-raft/members.c \
	plugins/consensus-raft/message.c plugins/consensus-raft/message.h \
	plugins/consensus-raft/raft.c plugins/consensus-raft/raft.h \
	plugins/consensus-raft/record.c plugins/consensus-raft/record.h \
	plugins/consensus-raft/replicate.c \
	plugins/consensus-raft/save.c \
	plugins/consensus-raft/services.c plugins/consensus-raft/services.h \
	plugins/consensus-raft/settings.c plugins/consensus-raft/settings.h \
	plugins/consensus-raft/status.c \
	plugins/consensus-raft/voters.c plugins/consensus-raft/voters.h
libraft_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libraft_libs = libraft.a $(libbsn_kit_libs)

bsnplugin_PROGRAMS += modules/consensus-raft.so
modules_consensus_raft_so_SOURCES = plugins/consensus-raft/plugin.c
modules_consensus_raft_so_CPPFLAGS = $(plugin_flags)
modules_consensus_raft_so_LDADD = $(libraft_libs)
modules_consensus_raft_so_LDFLAGS = $(plugin_link_flags)
