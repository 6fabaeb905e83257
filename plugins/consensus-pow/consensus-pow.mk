# plugins/consensus-pow
noinst_LTLIBRARIES += libpow.la
libpow_la_SOURCES = plugins/consensus-pow/blocks.c \
	plugins/consensus-pow/choose.c plugins/consensus-pow/claims.c \
	plugins/consensus-pow/config.c \
	plugins/consensus-pow/config.h plugins/consensus-pow/diverged.c \
	plugins/consensus-pow/mine.c plugins/consensus-pow/pow.c \
	plugins/consensus-pow/pow.h plugins/consensus-pow/private.h \
	plugins/consensus-pow/record.c plugins/consensus-pow/rule.c \
	plugins/consensus-pow/rule.h plugins/consensus-pow/talk.c
libpow_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libpow_la_LIBADD = libbsn-votes.la libbsn-kit.la

bsnplugin_LTLIBRARIES += consensus-pow.la
consensus_pow_la_SOURCES = plugins/consensus-pow/plugin.c
consensus_pow_la_CPPFLAGS = $(plugin_flags)
consensus_pow_la_LIBADD = libpow.la
consensus_pow_la_LDFLAGS = $(plugin_link_flags)
