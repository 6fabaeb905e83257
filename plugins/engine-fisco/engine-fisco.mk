# plugins/engine-fisco

# All but the plugin's entry, for the plugin and for tests.
noinst_LIBRARIES += libfisco.a
libfisco_a_SOURCES = \
	plugins/engine-fisco/account.c plugins/engine-fisco/account.h \
	plugins/engine-fisco/ahead.c plugins/engine-fisco/ahead.h \
	plugins/engine-fisco/agree.c plugins/engine-fisco/agree.h \
	plugins/engine-fisco/balances.c plugins/engine-fisco/balances.h \
	plugins/engine-fisco/batch.c plugins/engine-fisco/batch.h \
	plugins/engine-fisco/block.c plugins/engine-fisco/block.h \
	plugins/engine-fisco/call.c plugins/engine-fisco/call.h \
	plugins/engine-fisco/catalogue.c plugins/engine-fisco/catalogue.h \
	plugins/engine-fisco/chain.c plugins/engine-fisco/chain.h \
	plugins/engine-fisco/closed.c plugins/engine-fisco/closed.h \
	plugins/engine-fisco/codes.c plugins/engine-fisco/codes.h \
	plugins/engine-fisco/commit.c plugins/engine-fisco/commit.h \
	plugins/engine-fisco/compile.c plugins/engine-fisco/compile.h \
	plugins/engine-fisco/compile-result.c \
	plugins/engine-fisco/compile-result.h \
	plugins/engine-fisco/conflict.c plugins/engine-fisco/conflict.h \
	plugins/engine-fisco/config.c plugins/engine-fisco/config.h \
	plugins/engine-fisco/contracts.c plugins/engine-fisco/contracts.h \
	plugins/engine-fisco/deploy.c plugins/engine-fisco/deploy.h \
	plugins/engine-fisco/draft.c plugins/engine-fisco/draft.h \
	plugins/engine-fisco/error.c plugins/engine-fisco/error.h \
	plugins/engine-fisco/ethintake.c plugins/engine-fisco/ethintake.h \
	plugins/engine-fisco/wasm.c plugins/engine-fisco/wasm.h \
	plugins/engine-fisco/ethtx.c plugins/engine-fisco/ethtx.h \
	plugins/engine-fisco/events.c \
	plugins/engine-fisco/execute.c plugins/engine-fisco/execute.h \
	plugins/engine-fisco/expect.c plugins/engine-fisco/expect.h \
	plugins/engine-fisco/extra.c plugins/engine-fisco/extra.h \
	plugins/engine-fisco/features.c plugins/engine-fisco/features.h \
	plugins/engine-fisco/genesis.c plugins/engine-fisco/genesis.h \
	plugins/engine-fisco/grey.c plugins/engine-fisco/grey.h \
	plugins/engine-fisco/intake.c plugins/engine-fisco/intake.h \
	plugins/engine-fisco/interfaces.c plugins/engine-fisco/interfaces.h \
	plugins/engine-fisco/ledger.c plugins/engine-fisco/ledger.h \
	plugins/engine-fisco/lifecycle.c \
	plugins/engine-fisco/member.c plugins/engine-fisco/member.h \
	plugins/engine-fisco/membership.c plugins/engine-fisco/membership.h \
	plugins/engine-fisco/node-request.c \
	plugins/engine-fisco/node-request.h \
	plugins/engine-fisco/node-change.c plugins/engine-fisco/node-change.h \
	plugins/engine-fisco/nonces.c plugins/engine-fisco/nonces.h \
	plugins/engine-fisco/overlay-private.h \
	plugins/engine-fisco/overlay-scan.c plugins/engine-fisco/overlay-sum.c \
	plugins/engine-fisco/overlay-sort.c \
	plugins/engine-fisco/overlay-table.c \
	plugins/engine-fisco/overlay.c plugins/engine-fisco/overlay.h \
	plugins/engine-fisco/pace.c plugins/engine-fisco/pace.h \
	plugins/engine-fisco/policy.c plugins/engine-fisco/policy.h \
	plugins/engine-fisco/pool.c plugins/engine-fisco/pool.h \
	plugins/engine-fisco/pool_accounts.c \
	plugins/engine-fisco/proof.c plugins/engine-fisco/proof.h \
	plugins/engine-fisco/query.c plugins/engine-fisco/query.h \
	plugins/engine-fisco/receipt.c plugins/engine-fisco/receipt.h \
	plugins/engine-fisco/records.c plugins/engine-fisco/records.h \
	plugins/engine-fisco/registry.c plugins/engine-fisco/registry.h \
	plugins/engine-fisco/release.c plugins/engine-fisco/release.h \
	plugins/engine-fisco/request.c plugins/engine-fisco/request.h \
	plugins/engine-fisco/result.c plugins/engine-fisco/result.h \
	plugins/engine-fisco/roots.c plugins/engine-fisco/roots.h \
	plugins/engine-fisco/rows.c plugins/engine-fisco/rows.h \
	plugins/engine-fisco/run.c plugins/engine-fisco/run.h \
	plugins/engine-fisco/run-ethereum.c plugins/engine-fisco/run-fisco.c \
	plugins/engine-fisco/seal.c plugins/engine-fisco/seal.h \
	plugins/engine-fisco/services.c plugins/engine-fisco/services.h \
	plugins/engine-fisco/sign.c plugins/engine-fisco/sign.h \
	plugins/engine-fisco/state.c plugins/engine-fisco/state.h \
	plugins/engine-fisco/stored.c plugins/engine-fisco/stored.h \
	plugins/engine-fisco/submit.c plugins/engine-fisco/submit.h \
	plugins/engine-fisco/suite.c plugins/engine-fisco/suite.h \
	plugins/engine-fisco/table.c plugins/engine-fisco/table.h \
	plugins/engine-fisco/tree.c plugins/engine-fisco/tree.h \
	plugins/engine-fisco/trial.c \
	plugins/engine-fisco/tx.c plugins/engine-fisco/tx.h
include plugins/engine-fisco/amop/amop.mk
include plugins/engine-fisco/channel/channel.mk
include plugins/engine-fisco/net/net.mk
include plugins/engine-fisco/precompiled/precompiled.mk
include plugins/engine-fisco/rpc/rpc.mk
include plugins/engine-fisco/snapshot/snapshot.mk
include plugins/engine-fisco/access/access.mk
libfisco_a_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
libfisco_libs = libfisco.a $(GLIB_LIBS) $(JANSSON_LIBS)

bsnplugin_PROGRAMS += modules/engine-fisco.so
modules_engine_fisco_so_SOURCES = plugins/engine-fisco/plugin.c
modules_engine_fisco_so_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS)
modules_engine_fisco_so_LDADD = $(libfisco_libs) libbsn-solidity.a \
	$(libbsn_kit_libs)
modules_engine_fisco_so_LDFLAGS = $(plugin_link_flags)

# What bsn-sim and bsn-conform ask of it stands beside it, here too.
fisco_workload = plugins/engine-fisco/engine-fisco.workload.json
dist_bsnplugin_DATA = $(fisco_workload)
EXTRA_DIST += plugins/engine-fisco/conform/Conform.sol \
	plugins/engine-fisco/conform/workload.json
noinst_DATA += modules/engine-fisco.workload.json
modules/engine-fisco.workload.json: $(fisco_workload)
	$(AM_V_GEN)$(MKDIR_P) modules && cp '$(srcdir)/$(fisco_workload)' $@
CLEANFILES += modules/engine-fisco.workload.json
