# plugins/runtime-wasm/module
wasm_module = \
	plugins/runtime-wasm/module/body.c \
	plugins/runtime-wasm/module/body.h \
	plugins/runtime-wasm/module/checks.h \
	plugins/runtime-wasm/module/control.c \
	plugins/runtime-wasm/module/definitions.c \
	plugins/runtime-wasm/module/instructions.c \
	plugins/runtime-wasm/module/module.c \
	plugins/runtime-wasm/module/module.h \
	plugins/runtime-wasm/module/opcodes.c \
	plugins/runtime-wasm/module/operands.c \
	plugins/runtime-wasm/module/reader.c \
	plugins/runtime-wasm/module/reader.h \
	plugins/runtime-wasm/module/sections.c \
	plugins/runtime-wasm/module/sections.h \
	plugins/runtime-wasm/module/segments.c
