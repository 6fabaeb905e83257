# plugins/runtime-wasm
include plugins/runtime-wasm/module/module.mk
include plugins/runtime-wasm/exec/exec.mk
include plugins/runtime-wasm/machine/machine.mk

# Apart from the plugin's entry, so that tests can link it.
noinst_LTLIBRARIES += libwasm.la
libwasm_la_SOURCES = $(wasm_module) $(wasm_exec) $(wasm_machine)
libwasm_la_CPPFLAGS = $(plugin_flags) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
# Results of floats are rounded one by one, whatever the processor could do.
libwasm_la_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
libwasm_la_LIBADD = libbsn-kit.la $(GLIB_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) -lm
