# plugins/consensus-solo
bsnplugin_LTLIBRARIES += consensus-solo.la
consensus_solo_la_SOURCES = plugins/consensus-solo/plugin.c \
	plugins/consensus-solo/solo.c plugins/consensus-solo/solo.h
consensus_solo_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
consensus_solo_la_LIBADD = libbsn-kit.la
consensus_solo_la_LDFLAGS = $(plugin_link_flags)
