# plugins/kit: what engines share, linked into each that wants it.
noinst_LTLIBRARIES += libbsn-kit.la
libbsn_kit_la_SOURCES = plugins/kit/cpu.h plugins/kit/evp_hash.h \
	plugins/kit/fields.c \
	plugins/kit/hex.c plugins/kit/hex.h \
	plugins/kit/host.c plugins/kit/host.h \
	plugins/kit/json.c plugins/kit/json.h \
	plugins/kit/rank.c plugins/kit/rank.h \
	plugins/kit/reason.c plugins/kit/reason.h \
	plugins/kit/rlp_read.c plugins/kit/rlp_write.c plugins/kit/rlp.h \
	plugins/kit/sink.c plugins/kit/sink.h \
	plugins/kit/u256.c plugins/kit/u256.h \
	plugins/kit/wire.h
libbsn_kit_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libbsn_kit_la_LIBADD = $(GLIB_LIBS) $(JANSSON_LIBS)
