# plugins/runtime-native
noinst_LIBRARIES += libnative.a
libnative_a_SOURCES = \
	plugins/runtime-native/chaincode.c \
	plugins/runtime-native/chaincode.h \
	plugins/runtime-native/code.c plugins/runtime-native/code.h \
	plugins/runtime-native/contracts/asset.c \
	plugins/runtime-native/contracts/bank.c \
	plugins/runtime-native/contracts/conform.c \
	plugins/runtime-native/contracts/contracts.c \
	plugins/runtime-native/contracts/evidence.c \
	plugins/runtime-native/contracts/tally.c \
	plugins/runtime-native/contracts/vault.c \
	plugins/runtime-native/native.h \
	plugins/runtime-native/private.c \
	plugins/runtime-native/results.c \
	plugins/runtime-native/run.c \
	plugins/runtime-native/tx.c plugins/runtime-native/tx.h
libnative_a_CPPFLAGS = $(fabric_flags)
libnative_libs = libnative.a $(libfabric_proto_libs) $(libbsn_codec_libs) \
	$(libchaincode_package_libs) $(libbsn_kit_libs)
$(libnative_a_OBJECTS): $(fabric_proto_made)

bsnplugin_PROGRAMS += modules/runtime-native.so
modules_runtime_native_so_SOURCES = plugins/runtime-native/plugin.c
modules_runtime_native_so_CPPFLAGS = $(fabric_flags)
modules_runtime_native_so_LDADD = $(libnative_libs)
modules_runtime_native_so_LDFLAGS = $(plugin_link_flags)
