/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of what a contract may import. Whoever adds a function adds a line
 * here; nothing that is here ever changes its meaning, since contracts stay.
 */
#include "plugins/runtime-wasm/machine/functions.h"
#include "plugins/runtime-wasm/machine/gas.h"

#define X(name, type, gas) { WASM_IMPORT_MODULE, #name, type, GAS_HOST + gas, \
			     wasm_import_##name }

const WasmHostFunction wasm_imports[] = {
	X(arg, "iii:i", 0),
	X(arg_count, ":i", 0),
	X(take, "i:", 0),
	X(register_len, ":i", 0),
	X(caller, ":i", 0),
	X(origin, ":i", 0),
	X(self, ":i", 0),
	X(function, ":i", 0),
	X(state_get, "ii:i", GAS_GET),
	X(state_put, "iiii:", GAS_PUT),
	X(state_del, "ii:", GAS_DEL),
	X(iter, "iiii:i", GAS_ITER),
	X(iter_next, "i:i", 0),
	X(iter_value, "i:i", 0),
	X(emit, "iiii:", GAS_EMIT),
	X(call, "iiiiii:i", GAS_FIND),
	X(result, "ii:", 0),
	X(revert, "ii:", 0),
	X(hash, "iiii:", GAS_HASH),
	X(verify, "iiiiiii:i", GAS_VERIFY),
	X(log, "ii:", GAS_LOG),
	X(block_number, ":I", 0),
	X(block_time, ":I", 0),
};

const guint wasm_imports_n = G_N_ELEMENTS(wasm_imports);
