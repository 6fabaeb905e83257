# plugins/consensus-tdpos
noinst_LIBRARIES += libtdpos.a
libtdpos_a_SOURCES = plugins/consensus-tdpos/tdpos.c \
	plugins/consensus-tdpos/tdpos.h
libtdpos_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)

bsnplugin_PROGRAMS += modules/consensus-tdpos.so
modules_consensus_tdpos_so_SOURCES = plugins/consensus-tdpos/plugin.c
modules_consensus_tdpos_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
modules_consensus_tdpos_so_LDADD = libtdpos.a $(libchainedbft_libs)
modules_consensus_tdpos_so_LDFLAGS = $(plugin_link_flags)
