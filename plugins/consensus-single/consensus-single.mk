# plugins/consensus-single
noinst_LIBRARIES += libsingle.a
libsingle_a_SOURCES = plugins/consensus-single/single.c \
	plugins/consensus-single/produce.c plugins/consensus-single/private.h \
	plugins/consensus-single/single.h
libsingle_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)

bsnplugin_PROGRAMS += modules/consensus-single.so
modules_consensus_single_so_SOURCES = plugins/consensus-single/plugin.c
modules_consensus_single_so_CPPFLAGS = $(plugin_flags)
modules_consensus_single_so_LDADD = libsingle.a $(libbsn_kit_libs)
modules_consensus_single_so_LDFLAGS = $(plugin_link_flags)
