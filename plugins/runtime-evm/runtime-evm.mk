# plugins/runtime-evm
evm_sources = \
	plugins/runtime-evm/accounts.c plugins/runtime-evm/accounts.h \
	plugins/runtime-evm/arena.c plugins/runtime-evm/arena.h \
	plugins/runtime-evm/builtin.c plugins/runtime-evm/builtin.h \
	plugins/runtime-evm/cache.c \
	plugins/runtime-evm/check.c plugins/runtime-evm/check.h \
	plugins/runtime-evm/check/lines.c plugins/runtime-evm/check/lines.h \
	plugins/runtime-evm/check/loops.c plugins/runtime-evm/check/loops.h \
	plugins/runtime-evm/check/machine.c plugins/runtime-evm/check/machine.h \
	plugins/runtime-evm/check/paths.c plugins/runtime-evm/check/paths.h \
	plugins/runtime-evm/check/region.c plugins/runtime-evm/check/region.h \
	plugins/runtime-evm/check/report.c plugins/runtime-evm/check/report.h \
	plugins/runtime-evm/code.c plugins/runtime-evm/code.h \
	plugins/runtime-evm/commit.c \
	plugins/runtime-evm/create.c \
	plugins/runtime-evm/crypto.c plugins/runtime-evm/crypto.h \
	plugins/runtime-evm/evm.h plugins/runtime-evm/frame.c \
	plugins/runtime-evm/gas.h \
	plugins/runtime-evm/interpreter.c plugins/runtime-evm/labels.inc \
	plugins/runtime-evm/intrinsic.c plugins/runtime-evm/intrinsic.h \
	plugins/runtime-evm/journal.c plugins/runtime-evm/journal.h \
	plugins/runtime-evm/machine.c plugins/runtime-evm/machine.h \
	plugins/runtime-evm/memory.c \
	plugins/runtime-evm/op-call.c plugins/runtime-evm/op-copy.c \
	plugins/runtime-evm/op-state.c plugins/runtime-evm/opcodes.h \
	plugins/runtime-evm/precompiles/blake2f.c \
	plugins/runtime-evm/precompiles/bn254.c \
	plugins/runtime-evm/precompiles/bn254.h \
	plugins/runtime-evm/precompiles/bn254-curve.inc \
	plugins/runtime-evm/precompiles/bn254-field.c \
	plugins/runtime-evm/precompiles/bn254-fp12.c \
	plugins/runtime-evm/precompiles/bn254-group.c \
	plugins/runtime-evm/precompiles/bn254-pairing.c \
	plugins/runtime-evm/precompiles/ecrecover.c \
	plugins/runtime-evm/precompiles/hashes.c \
	plugins/runtime-evm/precompiles/kzg.c \
	plugins/runtime-evm/precompiles/modexp.c \
	plugins/runtime-evm/precompiles/precompiles.h \
	plugins/runtime-evm/precompiles/table.c \
	plugins/runtime-evm/reason.c plugins/runtime-evm/reason.h \
	plugins/runtime-evm/rules.c plugins/runtime-evm/rules.h \
	plugins/runtime-evm/store.c \
	plugins/runtime-evm/table.c plugins/runtime-evm/table.h \
	plugins/runtime-evm/transaction.c plugins/runtime-evm/transaction.h \
	plugins/runtime-evm/u256.c plugins/runtime-evm/u256.h

# Apart from the plugin's entry, so that tests can link it beside another plugin.
noinst_LIBRARIES += libevm.a
libevm_a_SOURCES = $(evm_sources)
libevm_a_CPPFLAGS = $(plugin_flags) $(CRYPTO_CFLAGS)
libevm_libs = libevm.a $(libbsn_kit_libs) $(GLIB_LIBS) $(CRYPTO_LIBS)

bsnplugin_PROGRAMS += modules/runtime-evm.so
modules_runtime_evm_so_SOURCES = plugins/runtime-evm/plugin.c
modules_runtime_evm_so_CPPFLAGS = $(libevm_a_CPPFLAGS)
modules_runtime_evm_so_LDADD = $(libevm_libs)
modules_runtime_evm_so_LDFLAGS = $(plugin_link_flags)
