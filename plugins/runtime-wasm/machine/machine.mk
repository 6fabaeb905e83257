# plugins/runtime-wasm/machine
wasm_machine =
