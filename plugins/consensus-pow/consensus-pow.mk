# plugins/consensus-pow
noinst_LIBRARIES += libpow.a
libpow_a_SOURCES = plugins/consensus-pow/blocks.c \
	plugins/consensus-pow/choose.c plugins/consensus-pow/claims.c \
	plugins/consensus-pow/config.c \
	plugins/consensus-pow/config.h plugins/consensus-pow/diverged.c \
	plugins/consensus-pow/mine.c plugins/consensus-pow/pow.c \
	plugins/consensus-pow/pow.h plugins/consensus-pow/private.h \
	plugins/consensus-pow/record.c plugins/consensus-pow/rule.c \
	plugins/consensus-pow/rule.h plugins/consensus-pow/talk.c
libpow_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libpow_libs = libpow.a $(libbsn_votes_libs) $(libbsn_kit_libs)

bsnplugin_PROGRAMS += modules/consensus-pow.so
modules_consensus_pow_so_SOURCES = plugins/consensus-pow/plugin.c
modules_consensus_pow_so_CPPFLAGS = $(plugin_flags)
modules_consensus_pow_so_LDADD = $(libpow_libs)
modules_consensus_pow_so_LDFLAGS = $(plugin_link_flags)
