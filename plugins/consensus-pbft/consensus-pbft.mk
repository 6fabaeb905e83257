# plugins/consensus-pbft
noinst_LTLIBRARIES += libpbft.la
libpbft_la_SOURCES = plugins/consensus-pbft/agreement.c \
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
libpbft_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libpbft_la_LIBADD = libbsn-votes.la libbsn-kit.la

bsnplugin_LTLIBRARIES += consensus-pbft.la
consensus_pbft_la_SOURCES = plugins/consensus-pbft/plugin.c
consensus_pbft_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
consensus_pbft_la_LIBADD = libpbft.la
consensus_pbft_la_LDFLAGS = $(plugin_link_flags)
