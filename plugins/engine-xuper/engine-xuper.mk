# plugins/engine-xuper

# XuperChain's messages, compiled by protoc-c.
xuper_proto_dir = plugins/engine-xuper/proto
xuper_protos = \
	$(xuper_proto_dir)/bsn/cross.proto \
	$(xuper_proto_dir)/bsn/nodes.proto \
	$(xuper_proto_dir)/bsn/proof.proto \
	$(xuper_proto_dir)/pb/event.proto \
	$(xuper_proto_dir)/pb/xchain.proto \
	$(xuper_proto_dir)/xldgpb/xledger.proto \
	$(xuper_proto_dir)/xldgpb/xcontract.proto
EXTRA_DIST += $(xuper_protos)
xuper_proto_made = $(xuper_protos:.proto=.pb-c.c)
BUILT_SOURCES += $(xuper_proto_made)
CLEANFILES += $(xuper_proto_made) $(xuper_protos:.proto=.pb-c.h)

plugins/engine-xuper/proto/xldgpb/xledger.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/xldgpb/xledger.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/xldgpb/xledger.proto
plugins/engine-xuper/proto/xldgpb/xcontract.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/xldgpb/xcontract.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/xldgpb/xcontract.proto

plugins/engine-xuper/proto/bsn/cross.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/bsn/cross.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/bsn/cross.proto
plugins/engine-xuper/proto/bsn/nodes.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/bsn/nodes.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/bsn/nodes.proto
plugins/engine-xuper/proto/bsn/proof.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/bsn/proof.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/bsn/proof.proto
plugins/engine-xuper/proto/pb/event.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/pb/event.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/pb/event.proto

plugins/engine-xuper/proto/pb/xchain.pb-c.c: \
		$(srcdir)/plugins/engine-xuper/proto/pb/xchain.proto \
		$(srcdir)/plugins/engine-xuper/proto/xldgpb/xledger.proto
	$(AM_V_GEN)$(MKDIR_P) $(xuper_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(xuper_proto_dir) \
		--c_out=$(xuper_proto_dir) \
		$(srcdir)/$(xuper_proto_dir)/pb/xchain.proto

noinst_LIBRARIES += libxuper-proto.a
nodist_libxuper_proto_a_SOURCES = $(xuper_proto_made)
libxuper_proto_a_CPPFLAGS = -I$(xuper_proto_dir) $(PROTOBUF_C_CFLAGS)
libxuper_proto_libs = libxuper-proto.a $(PROTOBUF_C_LIBS)

xuper_flags = $(plugin_flags) -I$(xuper_proto_dir) $(PROTOBUF_C_CFLAGS) \
	$(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)

include plugins/engine-xuper/format/format.mk
include plugins/engine-xuper/identity/identity.mk
include plugins/engine-xuper/state/state.mk
include plugins/engine-xuper/ledger/ledger.mk
include plugins/engine-xuper/contract/contract.mk
include plugins/engine-xuper/kernel/kernel.mk
include plugins/engine-xuper/verify/verify.mk
include plugins/engine-xuper/pool/pool.mk
include plugins/engine-xuper/chain/chain.mk
include plugins/engine-xuper/net/net.mk
include plugins/engine-xuper/query/query.mk
include plugins/engine-xuper/cross/cross.mk
include plugins/engine-xuper/sdk/sdk.mk

# All but the plugin's entry, for the plugin and for tests.
noinst_LIBRARIES += libxuper.a
libxuper_a_SOURCES = plugins/engine-xuper/config.c \
	plugins/engine-xuper/config.h \
	plugins/engine-xuper/genesis.c plugins/engine-xuper/genesis_read.c \
	plugins/engine-xuper/genesis.h \
	plugins/engine-xuper/services.h \
	$(xuper_format) $(xuper_identity) $(xuper_state) $(xuper_ledger) \
	$(xuper_contract) $(xuper_kernel) $(xuper_verify) $(xuper_pool) \
	$(xuper_chain) $(xuper_net) $(xuper_query) $(xuper_cross) $(xuper_sdk)
libxuper_a_CPPFLAGS = $(xuper_flags)
libxuper_libs = libxuper.a $(libxuper_proto_libs) $(libbsn_codec_libs) \
	libbsn-solidity.a $(libbsn_services_libs) $(libbsn_kit_libs) \
	$(GLIB_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(PROTOBUF_C_LIBS)
$(libxuper_a_OBJECTS): $(xuper_proto_made)

bsnplugin_PROGRAMS += modules/engine-xuper.so
modules_engine_xuper_so_SOURCES = plugins/engine-xuper/chain/plugin.c
modules_engine_xuper_so_CPPFLAGS = $(xuper_flags)
modules_engine_xuper_so_LDADD = $(libxuper_libs)
modules_engine_xuper_so_LDFLAGS = $(plugin_link_flags)
$(modules_engine_xuper_so_OBJECTS): $(xuper_proto_made)

# What bsn-sim and bsn-conform ask of it stands beside it, here too, as
# engine-fisco's does.
xuper_workload = plugins/engine-xuper/engine-xuper.workload.json
dist_bsnplugin_DATA += $(xuper_workload)
EXTRA_DIST += plugins/engine-xuper/conform/Bank.sol \
	plugins/engine-xuper/conform/Conform.sol \
	plugins/engine-xuper/conform/workload.json
noinst_DATA += modules/engine-xuper.workload.json
modules/engine-xuper.workload.json: $(xuper_workload)
	$(AM_V_GEN)$(MKDIR_P) modules && cp '$(srcdir)/$(xuper_workload)' $@
CLEANFILES += modules/engine-xuper.workload.json
