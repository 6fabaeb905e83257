# plugins/runtime-chaincode
runtime_chaincode_flags = $(plugin_flags) $(JANSSON_CFLAGS) \
	$(NGHTTP2_CFLAGS) -DCHAINCODE_NODE_PATH='"$(pkgdatadir)/node_modules"'

# Apart from the plugin's entry, so that tests can link it.
noinst_LIBRARIES += libruntime-chaincode.a
libruntime_chaincode_a_SOURCES = \
	plugins/runtime-chaincode/check/check.c \
	plugins/runtime-chaincode/check/findings.c \
	plugins/runtime-chaincode/check/findings.h \
	plugins/runtime-chaincode/check/rules.c \
	plugins/runtime-chaincode/check/state.c \
	plugins/runtime-chaincode/check/statements.c \
	plugins/runtime-chaincode/check/tokens.c \
	plugins/runtime-chaincode/check/tokens.h \
	plugins/runtime-chaincode/connection.c \
	plugins/runtime-chaincode/connection.h \
	plugins/runtime-chaincode/link.c plugins/runtime-chaincode/link.h \
	plugins/runtime-chaincode/mailbox.h \
	plugins/runtime-chaincode/node.c plugins/runtime-chaincode/node.h \
	plugins/runtime-chaincode/node_program.c \
	plugins/runtime-chaincode/program.c \
	plugins/runtime-chaincode/program.h \
	plugins/runtime-chaincode/runs.c \
	plugins/runtime-chaincode/runtime.c \
	plugins/runtime-chaincode/runtime.h \
	plugins/runtime-chaincode/service.c \
	plugins/runtime-chaincode/shim.c plugins/runtime-chaincode/shim.h \
	plugins/runtime-chaincode/talk.c \
	plugins/runtime-chaincode/worker.c \
	plugins/runtime-chaincode/worker.h
libruntime_chaincode_a_CPPFLAGS = $(runtime_chaincode_flags)
libruntime_chaincode_libs = libruntime-chaincode.a \
	$(libchaincode_package_libs) $(libbsn_grpc_libs)

bsnplugin_PROGRAMS += modules/runtime-chaincode.so
modules_runtime_chaincode_so_SOURCES = plugins/runtime-chaincode/plugin.c
modules_runtime_chaincode_so_CPPFLAGS = $(runtime_chaincode_flags)
modules_runtime_chaincode_so_LDADD = $(libruntime_chaincode_libs) \
	$(libbsn_kit_libs)
modules_runtime_chaincode_so_LDFLAGS = $(plugin_link_flags)
