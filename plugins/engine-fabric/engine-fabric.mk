# plugins/engine-fabric

# Fabric's messages, compiled by protoc-c: for the engine and its runtimes.
fabric_proto_dir = plugins/engine-fabric/proto
fabric_protos = \
	$(fabric_proto_dir)/google/protobuf/any.proto \
	$(fabric_proto_dir)/google/protobuf/timestamp.proto \
	$(fabric_proto_dir)/google/rpc/status.proto \
	$(fabric_proto_dir)/bsn/agreement.proto \
	$(fabric_proto_dir)/bsn/net.proto \
	$(fabric_proto_dir)/bsn/private.proto \
	$(fabric_proto_dir)/bsn/snapshot.proto \
	$(fabric_proto_dir)/common/common.proto \
	$(fabric_proto_dir)/common/configtx.proto \
	$(fabric_proto_dir)/common/configuration.proto \
	$(fabric_proto_dir)/common/ledger.proto \
	$(fabric_proto_dir)/common/policies.proto \
	$(fabric_proto_dir)/gateway/gateway.proto \
	$(fabric_proto_dir)/ledger/queryresult/kv_query_result.proto \
	$(fabric_proto_dir)/ledger/rwset/kvrwset/kv_rwset.proto \
	$(fabric_proto_dir)/ledger/rwset/rwset.proto \
	$(fabric_proto_dir)/ledger/updates/updates.proto \
	$(fabric_proto_dir)/msp/identities.proto \
	$(fabric_proto_dir)/msp/msp_config.proto \
	$(fabric_proto_dir)/msp/msp_principal.proto \
	$(fabric_proto_dir)/orderer/ab.proto \
	$(fabric_proto_dir)/orderer/configuration.proto \
	$(fabric_proto_dir)/peer/chaincode.proto \
	$(fabric_proto_dir)/peer/chaincode_event.proto \
	$(fabric_proto_dir)/peer/chaincode_shim.proto \
	$(fabric_proto_dir)/peer/collection.proto \
	$(fabric_proto_dir)/peer/configuration.proto \
	$(fabric_proto_dir)/peer/events.proto \
	$(fabric_proto_dir)/peer/lifecycle/chaincode_definition.proto \
	$(fabric_proto_dir)/peer/lifecycle/db.proto \
	$(fabric_proto_dir)/peer/lifecycle/lifecycle.proto \
	$(fabric_proto_dir)/peer/policy.proto \
	$(fabric_proto_dir)/peer/proposal.proto \
	$(fabric_proto_dir)/peer/proposal_response.proto \
	$(fabric_proto_dir)/peer/query.proto \
	$(fabric_proto_dir)/peer/transaction.proto
EXTRA_DIST += $(fabric_protos)
fabric_proto_made = $(fabric_protos:.proto=.pb-c.c)
BUILT_SOURCES += $(fabric_proto_made)
CLEANFILES += $(fabric_proto_made) $(fabric_protos:.proto=.pb-c.h)

SUFFIXES += .proto .pb-c.c
.proto.pb-c.c:
	$(AM_V_GEN)$(MKDIR_P) $(fabric_proto_dir) && $(PROTOC_C) \
		-I$(srcdir)/$(fabric_proto_dir) \
		--c_out=$(fabric_proto_dir) $<

noinst_LIBRARIES += libfabric-proto.a
nodist_libfabric_proto_a_SOURCES = $(fabric_proto_made)
libfabric_proto_a_CPPFLAGS = -I$(fabric_proto_dir) $(PROTOBUF_C_CFLAGS)
libfabric_proto_libs = libfabric-proto.a $(PROTOBUF_C_LIBS)

fabric_flags = $(plugin_flags) -I$(fabric_proto_dir) $(PROTOBUF_C_CFLAGS) \
	$(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(ICU_CFLAGS) $(PCRE2_CFLAGS)

# All but the plugin's entry, for the plugin and for tests.
noinst_LIBRARIES += libfabric.a
libfabric_a_SOURCES = plugins/engine-fabric/block.c \
	plugins/engine-fabric/block.h plugins/engine-fabric/channel/acl.c \
	plugins/engine-fabric/channel/acl.h \
	plugins/engine-fabric/channel/change.c \
	plugins/engine-fabric/channel/change.h \
	plugins/engine-fabric/channel/compute.c \
	plugins/engine-fabric/channel/compute.h \
	plugins/engine-fabric/channel/config.c \
	plugins/engine-fabric/channel/config.h \
	plugins/engine-fabric/channel/founding.c \
	plugins/engine-fabric/channel/founding.h \
	plugins/engine-fabric/channel/founding_private.h \
	plugins/engine-fabric/channel/genesis.c \
	plugins/engine-fabric/channel/group.c \
	plugins/engine-fabric/channel/group.h \
	plugins/engine-fabric/channel/holder.c \
	plugins/engine-fabric/channel/holder.h \
	plugins/engine-fabric/channel/items.c \
	plugins/engine-fabric/channel/items.h \
	plugins/engine-fabric/channel/merge.c \
	plugins/engine-fabric/channel/organisation.c \
	plugins/engine-fabric/channel/organisation.h \
	plugins/engine-fabric/channel/update.c \
	plugins/engine-fabric/channel/update.h \
	plugins/engine-fabric/channel/update_private.h \
	plugins/engine-fabric/channel/values.c \
	plugins/engine-fabric/channel/values.h \
	plugins/engine-fabric/ledger/blocks.c \
	plugins/engine-fabric/ledger/blocks.h \
	plugins/engine-fabric/ledger/commit.c \
	plugins/engine-fabric/ledger/commit.h \
	plugins/engine-fabric/ledger/expiry.c \
	plugins/engine-fabric/ledger/expiry.h \
	plugins/engine-fabric/ledger/head.c \
	plugins/engine-fabric/ledger/head.h \
	plugins/engine-fabric/ledger/history.c \
	plugins/engine-fabric/ledger/history.h \
	plugins/engine-fabric/ledger/history_index.c \
	plugins/engine-fabric/ledger/history_index.h \
	plugins/engine-fabric/ledger/incoming.c \
	plugins/engine-fabric/ledger/incoming.h \
	plugins/engine-fabric/ledger/item.c \
	plugins/engine-fabric/ledger/item.h plugins/engine-fabric/ledger/key.c \
	plugins/engine-fabric/ledger/key.h \
	plugins/engine-fabric/ledger/ledger.c \
	plugins/engine-fabric/ledger/ledger.h \
	plugins/engine-fabric/ledger/mvcc.c \
	plugins/engine-fabric/ledger/mvcc.h \
	plugins/engine-fabric/ledger/origin.c \
	plugins/engine-fabric/ledger/origin.h \
	plugins/engine-fabric/ledger/place.c \
	plugins/engine-fabric/ledger/place.h \
	plugins/engine-fabric/ledger/private.c \
	plugins/engine-fabric/ledger/private.h \
	plugins/engine-fabric/ledger/range.c \
	plugins/engine-fabric/ledger/range.h \
	plugins/engine-fabric/ledger/results.c \
	plugins/engine-fabric/ledger/results.h \
	plugins/engine-fabric/ledger/rwset_builder.c \
	plugins/engine-fabric/ledger/rwset_builder.h \
	plugins/engine-fabric/ledger/rwset_pack.c \
	plugins/engine-fabric/ledger/rwset_private.h \
	plugins/engine-fabric/ledger/simulator.c \
	plugins/engine-fabric/ledger/simulator.h \
	plugins/engine-fabric/ledger/simulator_collections.c \
	plugins/engine-fabric/ledger/simulator_private.h \
	plugins/engine-fabric/ledger/simulator_query.c \
	plugins/engine-fabric/ledger/snapshot.c \
	plugins/engine-fabric/ledger/snapshot.h \
	plugins/engine-fabric/ledger/state.c \
	plugins/engine-fabric/ledger/state.h \
	plugins/engine-fabric/ledger/store.c \
	plugins/engine-fabric/ledger/store.h \
	plugins/engine-fabric/ledger/trail.c \
	plugins/engine-fabric/ledger/trail.h plugins/engine-fabric/ledger/tx.c \
	plugins/engine-fabric/ledger/tx.h \
	plugins/engine-fabric/ledger/updates.c \
	plugins/engine-fabric/ledger/updates.h \
	plugins/engine-fabric/ledger/validate.c \
	plugins/engine-fabric/ledger/validate.h \
	plugins/engine-fabric/ledger/writes.c \
	plugins/engine-fabric/ledger/writes.h \
	plugins/engine-fabric/msp/authorities.c \
	plugins/engine-fabric/msp/authorities.h \
	plugins/engine-fabric/msp/certificate.c \
	plugins/engine-fabric/msp/certificate.h \
	plugins/engine-fabric/msp/identity.c \
	plugins/engine-fabric/msp/manager.c \
	plugins/engine-fabric/msp/manager.h plugins/engine-fabric/msp/msp.c \
	plugins/engine-fabric/msp/msp.h plugins/engine-fabric/msp/principal.c \
	plugins/engine-fabric/msp/principal.h \
	plugins/engine-fabric/policy/application.c \
	plugins/engine-fabric/policy/application.h \
	plugins/engine-fabric/policy/minimal.c \
	plugins/engine-fabric/policy/minimal.h \
	plugins/engine-fabric/policy/parse.c \
	plugins/engine-fabric/policy/signature.c \
	plugins/engine-fabric/policy/signature.h \
	plugins/engine-fabric/policy/signers.c \
	plugins/engine-fabric/policy/signers.h \
	plugins/engine-fabric/policy/text.c \
	plugins/engine-fabric/policy/text.h \
	plugins/engine-fabric/policy/tree.c \
	plugins/engine-fabric/policy/tree.h plugins/engine-fabric/proposal.c \
	plugins/engine-fabric/proposal.h plugins/engine-fabric/sign.c \
	plugins/engine-fabric/sign.h plugins/engine-fabric/signed.c \
	plugins/engine-fabric/signed.h plugins/engine-fabric/suite.c \
	plugins/engine-fabric/suite.h plugins/engine-fabric/transaction.c \
	plugins/engine-fabric/transaction.h
libfabric_a_CPPFLAGS = $(fabric_flags)
libfabric_libs = libfabric.a $(libfabric_proto_libs) $(libbsn_codec_libs) \
	$(libbsn_kit_libs) $(GLIB_LIBS) $(PROTOBUF_C_LIBS) $(JANSSON_LIBS) \
	$(CRYPTO_LIBS)
# BUILT_SOURCES are there for all, check and install; this is for one target.
$(libfabric_a_OBJECTS): $(fabric_proto_made)

# Its parts, each a library, so that a test can have one with stand-ins for the
# others.
include plugins/engine-fabric/chaincode/chaincode.mk
include plugins/engine-fabric/endorse/endorse.mk
include plugins/engine-fabric/gateway/gateway.mk
include plugins/engine-fabric/lifecycle/lifecycle.mk
include plugins/engine-fabric/members/members.mk
include plugins/engine-fabric/net/net.mk
include plugins/engine-fabric/order/order.mk
include plugins/engine-fabric/private/private.mk
include plugins/engine-fabric/query/query.mk
include plugins/engine-fabric/rich/rich.mk
libfabric_rich_libs = libfabric-rich.a $(ICU_LIBS) $(PCRE2_LIBS)
include plugins/engine-fabric/snapshot/snapshot.mk

noinst_LIBRARIES += libfabric-chain.a
libfabric_chain_a_SOURCES = \
	plugins/engine-fabric/chain.c \
	plugins/engine-fabric/chain.h \
	plugins/engine-fabric/engine.h \
	plugins/engine-fabric/features.c \
	plugins/engine-fabric/features.h \
	plugins/engine-fabric/genesis.c \
	plugins/engine-fabric/genesis.h \
	plugins/engine-fabric/services.c \
	plugins/engine-fabric/services.h
libfabric_chain_a_CPPFLAGS = $(fabric_flags)
$(libfabric_chain_a_OBJECTS): $(fabric_proto_made)

# The engine itself, but for the plugin's entry. Its parts call each other: the
# linker passes through them twice.
fabric_engine_parts = libfabric-chain.a libfabric-chaincode.a \
	libfabric-endorse.a libfabric-gateway.a libfabric-lifecycle.a \
	libfabric-members.a libfabric-net.a libfabric-order.a \
	libfabric-private.a libfabric-query.a libfabric-rich.a \
	libfabric-snapshot.a
fabric_engine = $(fabric_engine_parts) $(fabric_engine_parts) \
	$(libfabric_rich_libs) $(libfabric_libs) $(libchaincode_package_libs)

bsnplugin_PROGRAMS += modules/engine-fabric.so
modules_engine_fabric_so_SOURCES = plugins/engine-fabric/plugin.c
modules_engine_fabric_so_CPPFLAGS = $(fabric_flags)
modules_engine_fabric_so_LDADD = $(fabric_engine)
modules_engine_fabric_so_LDFLAGS = $(plugin_link_flags)
$(modules_engine_fabric_so_OBJECTS): $(fabric_proto_made)

# What bsn-sim and bsn-conform ask of it stands beside it, here too, as
# engine-fisco's does.
fabric_workload = plugins/engine-fabric/engine-fabric.workload.json
dist_bsnplugin_DATA += $(fabric_workload)
noinst_DATA += modules/engine-fabric.workload.json
modules/engine-fabric.workload.json: $(fabric_workload)
	$(AM_V_GEN)$(MKDIR_P) modules && cp '$(srcdir)/$(fabric_workload)' $@
CLEANFILES += modules/engine-fabric.workload.json
