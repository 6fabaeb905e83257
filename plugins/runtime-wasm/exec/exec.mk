# plugins/runtime-wasm/exec
wasm_exec = \
	plugins/runtime-wasm/exec/exec.h
