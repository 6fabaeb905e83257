# plugins/consensus-chainedbft: the core of three protocols, and the first
noinst_LIBRARIES += libchainedbft.a
libchainedbft_a_SOURCES = plugins/consensus-chainedbft/agreement.c \
	plugins/consensus-chainedbft/agreement.h \
	plugins/consensus-chainedbft/catchup.c \
	plugins/consensus-chainedbft/certificate.c \
	plugins/consensus-chainedbft/certificate.h \
	plugins/consensus-chainedbft/chainedbft.c \
	plugins/consensus-chainedbft/chainedbft.h \
	plugins/consensus-chainedbft/vote_info.c \
	plugins/consensus-chainedbft/vote_info.h \
	plugins/consensus-chainedbft/commit.c \
	plugins/consensus-chainedbft/epoch.c \
	plugins/consensus-chainedbft/expiry.c \
	plugins/consensus-chainedbft/face.c \
	plugins/consensus-chainedbft/epoch_members.c \
	plugins/consensus-chainedbft/epoch_members.h \
	plugins/consensus-chainedbft/message.c \
	plugins/consensus-chainedbft/message.h \
	plugins/consensus-chainedbft/mode.h \
	plugins/consensus-chainedbft/outbox.c \
	plugins/consensus-chainedbft/pacemaker.c \
	plugins/consensus-chainedbft/proposal.c \
	plugins/consensus-chainedbft/prospect.c \
	plugins/consensus-chainedbft/record.c \
	plugins/consensus-chainedbft/seal.c \
	plugins/consensus-chainedbft/timeouts.c \
	plugins/consensus-chainedbft/vote.c
libchainedbft_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libchainedbft_libs = libchainedbft.a $(libbsn_votes_libs) $(libbsn_kit_libs)

bsnplugin_PROGRAMS += modules/consensus-chainedbft.so
modules_consensus_chainedbft_so_SOURCES = plugins/consensus-chainedbft/plugin.c
modules_consensus_chainedbft_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
modules_consensus_chainedbft_so_LDADD = $(libchainedbft_libs)
modules_consensus_chainedbft_so_LDFLAGS = $(plugin_link_flags)
