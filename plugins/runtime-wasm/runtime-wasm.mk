# plugins/runtime-wasm
include plugins/runtime-wasm/module/module.mk
include plugins/runtime-wasm/exec/exec.mk
include plugins/runtime-wasm/machine/machine.mk

# Apart from the plugin's entry, so that tests can link it.
wasm_flags = $(fabric_flags) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
noinst_LTLIBRARIES += libwasm.la
libwasm_la_SOURCES = $(wasm_module) $(wasm_exec) $(wasm_machine)
libwasm_la_CPPFLAGS = $(wasm_flags)
# Results of floats are rounded one by one, whatever the processor could do.
libwasm_la_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
libwasm_la_LIBADD = libfabric-proto.la libbsn-codec.la \
	libchaincode-package.la libbsn-kit.la $(GLIB_LIBS) $(JANSSON_LIBS) \
	$(CRYPTO_LIBS) -lm
$(libwasm_la_OBJECTS): $(fabric_proto_made)

bsnplugin_LTLIBRARIES += runtime-wasm.la
runtime_wasm_la_SOURCES = plugins/runtime-wasm/machine/plugin.c
runtime_wasm_la_CPPFLAGS = $(wasm_flags)
runtime_wasm_la_LIBADD = libwasm.la
runtime_wasm_la_LDFLAGS = $(plugin_link_flags)
