# plugins/runtime-wasm
include plugins/runtime-wasm/module/module.mk
include plugins/runtime-wasm/exec/exec.mk
include plugins/runtime-wasm/machine/machine.mk

# Apart from the plugin's entry, so that tests can link it.
wasm_flags = $(fabric_flags) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
noinst_LIBRARIES += libwasm.a
libwasm_a_SOURCES = $(wasm_module) $(wasm_exec) $(wasm_machine)
libwasm_a_CPPFLAGS = $(wasm_flags)
# Results of floats are rounded one by one, whatever the processor could do.
libwasm_a_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
libwasm_libs = libwasm.a $(libfabric_proto_libs) $(libbsn_codec_libs) \
	$(libchaincode_package_libs) $(libbsn_kit_libs) $(GLIB_LIBS) \
	$(JANSSON_LIBS) $(CRYPTO_LIBS) -lm
$(libwasm_a_OBJECTS): $(fabric_proto_made)

bsnplugin_PROGRAMS += modules/runtime-wasm.so
modules_runtime_wasm_so_SOURCES = plugins/runtime-wasm/machine/plugin.c
modules_runtime_wasm_so_CPPFLAGS = $(wasm_flags)
modules_runtime_wasm_so_LDADD = $(libwasm_libs)
modules_runtime_wasm_so_LDFLAGS = $(plugin_link_flags)
