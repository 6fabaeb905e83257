# plugins/runtime-native
noinst_LTLIBRARIES += libnative.la
libnative_la_SOURCES = \
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
libnative_la_CPPFLAGS = $(fabric_flags)
libnative_la_LIBADD = libfabric-proto.la libbsn-codec.la \
	libchaincode-package.la libbsn-kit.la
$(libnative_la_OBJECTS): $(fabric_proto_made)

bsnplugin_LTLIBRARIES += runtime-native.la
runtime_native_la_SOURCES = plugins/runtime-native/plugin.c
runtime_native_la_CPPFLAGS = $(fabric_flags)
runtime_native_la_LIBADD = libnative.la
runtime_native_la_LDFLAGS = $(plugin_link_flags)
