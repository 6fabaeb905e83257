# plugins/consensus-tdpos
noinst_LTLIBRARIES += libtdpos.la
libtdpos_la_SOURCES = plugins/consensus-tdpos/tdpos.c plugins/consensus-tdpos/tdpos.h
libtdpos_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)

bsnplugin_LTLIBRARIES += consensus-tdpos.la
consensus_tdpos_la_SOURCES = plugins/consensus-tdpos/plugin.c
consensus_tdpos_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
consensus_tdpos_la_LIBADD = libtdpos.la libchainedbft.la
consensus_tdpos_la_LDFLAGS = $(plugin_link_flags)
