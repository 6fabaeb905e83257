# plugins/consensus-single
noinst_LTLIBRARIES += libsingle.la
libsingle_la_SOURCES = plugins/consensus-single/single.c \
	plugins/consensus-single/produce.c plugins/consensus-single/private.h \
	plugins/consensus-single/single.h
libsingle_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)

bsnplugin_LTLIBRARIES += consensus-single.la
consensus_single_la_SOURCES = plugins/consensus-single/plugin.c
consensus_single_la_CPPFLAGS = $(plugin_flags)
consensus_single_la_LIBADD = libsingle.la libbsn-kit.la
consensus_single_la_LDFLAGS = $(plugin_link_flags)
