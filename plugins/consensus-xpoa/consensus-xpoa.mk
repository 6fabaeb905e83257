# plugins/consensus-xpoa
noinst_LTLIBRARIES += libxpoa.la
libxpoa_la_SOURCES = plugins/consensus-xpoa/xpoa.c plugins/consensus-xpoa/xpoa.h
libxpoa_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)

bsnplugin_LTLIBRARIES += consensus-xpoa.la
consensus_xpoa_la_SOURCES = plugins/consensus-xpoa/plugin.c
consensus_xpoa_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
consensus_xpoa_la_LIBADD = libxpoa.la libchainedbft.la
consensus_xpoa_la_LDFLAGS = $(plugin_link_flags)
