# plugins/consensus-solo
bsnplugin_PROGRAMS += modules/consensus-solo.so
modules_consensus_solo_so_SOURCES = plugins/consensus-solo/plugin.c \
	plugins/consensus-solo/solo.c plugins/consensus-solo/solo.h
modules_consensus_solo_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
modules_consensus_solo_so_LDADD = $(libbsn_kit_libs)
modules_consensus_solo_so_LDFLAGS = $(plugin_link_flags)
