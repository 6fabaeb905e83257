# plugins/consensus-xpoa
noinst_LIBRARIES += libxpoa.a
libxpoa_a_SOURCES = plugins/consensus-xpoa/xpoa.c plugins/consensus-xpoa/xpoa.h
libxpoa_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)

bsnplugin_PROGRAMS += modules/consensus-xpoa.so
modules_consensus_xpoa_so_SOURCES = plugins/consensus-xpoa/plugin.c
modules_consensus_xpoa_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
modules_consensus_xpoa_so_LDADD = libxpoa.a $(libchainedbft_libs)
modules_consensus_xpoa_so_LDFLAGS = $(plugin_link_flags)
