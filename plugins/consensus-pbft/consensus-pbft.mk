# plugins/consensus-pbft
noinst_LIBRARIES += libpbft.a
libpbft_a_SOURCES = plugins/consensus-pbft/agreement.c \
	plugins/consensus-pbft/agreement.h \
	plugins/consensus-pbft/catchup.c \
	plugins/consensus-pbft/certificate.c \
	plugins/consensus-pbft/certificate.h \
	plugins/consensus-pbft/config.c plugins/consensus-pbft/config.h \
	plugins/consensus-pbft/decide.c plugins/consensus-pbft/health.c \
	plugins/consensus-pbft/members.c plugins/consensus-pbft/members.h \
	plugins/consensus-pbft/message.c plugins/consensus-pbft/message.h \
	plugins/consensus-pbft/outbox.c plugins/consensus-pbft/pbft.c \
	plugins/consensus-pbft/pbft.h plugins/consensus-pbft/proposal.c \
	plugins/consensus-pbft/record.c plugins/consensus-pbft/round.c \
	plugins/consensus-pbft/round.h \
	plugins/consensus-pbft/statement.c plugins/consensus-pbft/statement.h \
	plugins/consensus-pbft/view_change.c plugins/consensus-pbft/vote.c
libpbft_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libpbft_libs = libpbft.a $(libbsn_votes_libs) $(libbsn_kit_libs)

bsnplugin_PROGRAMS += modules/consensus-pbft.so
modules_consensus_pbft_so_SOURCES = plugins/consensus-pbft/plugin.c
modules_consensus_pbft_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
modules_consensus_pbft_so_LDADD = $(libpbft_libs)
modules_consensus_pbft_so_LDFLAGS = $(plugin_link_flags)
