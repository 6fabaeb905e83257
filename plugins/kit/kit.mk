# plugins/kit: what engines share, linked into each that wants it.
noinst_LIBRARIES += libbsn-kit.a
libbsn_kit_a_SOURCES = plugins/kit/answer.c plugins/kit/answer.h \
	plugins/kit/arguments.c plugins/kit/arguments.h \
	plugins/kit/capabilities.c plugins/kit/capabilities.h \
	plugins/kit/cpu.h plugins/kit/digests.h plugins/kit/evp_hash.h \
	plugins/kit/fields.c \
	plugins/kit/hex.c plugins/kit/hex.h \
	plugins/kit/host.c plugins/kit/host.h \
	plugins/kit/json.c plugins/kit/json.h \
	plugins/kit/json_out.c plugins/kit/json_out.h \
	plugins/kit/rank.c plugins/kit/rank.h \
	plugins/kit/reason.c plugins/kit/reason.h \
	plugins/kit/rlp_read.c plugins/kit/rlp_write.c plugins/kit/rlp.h \
	plugins/kit/sink.c plugins/kit/sink.h \
	plugins/kit/slices.h \
	plugins/kit/started.c plugins/kit/started.h \
	plugins/kit/target.c plugins/kit/target.h plugins/kit/tree.h \
	plugins/kit/u256.c plugins/kit/u256.h \
	plugins/kit/wasm_exports.c plugins/kit/wasm_exports.h \
	plugins/kit/wasm_section.c plugins/kit/wasm_section.h \
	plugins/kit/wire.h
libbsn_kit_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libbsn_kit_libs = libbsn-kit.a $(GLIB_LIBS) $(JANSSON_LIBS)

# The host's services, found once. Beside libbsn-kit, since a plugin may have its
# own.
noinst_LIBRARIES += libbsn-services.a
libbsn_services_a_SOURCES = plugins/kit/services.c plugins/kit/services.h
libbsn_services_a_CPPFLAGS = $(plugin_flags)
libbsn_services_libs = libbsn-services.a $(GLIB_LIBS)

# Between bytes and protobuf's messages, for engines whose formats are such.
noinst_LIBRARIES += libbsn-codec.a
libbsn_codec_a_SOURCES = plugins/kit/codec/arena.c plugins/kit/codec/arena.h \
	plugins/kit/codec/der.c plugins/kit/codec/der.h \
	plugins/kit/codec/message.c plugins/kit/codec/message.h \
	plugins/kit/codec/message_json.h \
	plugins/kit/codec/message_json_private.h \
	plugins/kit/codec/message_json_read.c \
	plugins/kit/codec/message_json_scalar.c \
	plugins/kit/codec/message_json_write.c \
	plugins/kit/codec/scan.c plugins/kit/codec/scan.h
libbsn_codec_a_CPPFLAGS = $(plugin_flags) $(PROTOBUF_C_CFLAGS)
libbsn_codec_libs = libbsn-codec.a $(GLIB_LIBS) $(PROTOBUF_C_LIBS)
include plugins/kit/solidity/solidity.mk
include plugins/kit/votes/votes.mk
