# plugins/runtime-wasm/module
wasm_module = \
	plugins/runtime-wasm/module/module.h
