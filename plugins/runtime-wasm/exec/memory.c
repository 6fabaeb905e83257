/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory's instructions that the interpreter leaves to functions. Gas for what
 * they will do is taken before it is done, and after its bounds were looked at.
 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "plugins/runtime-wasm/exec/instance.h"

#include <string.h>

const char wasm_no_gas[] = "out of gas";
static const char outside[] = "out of bounds memory access";

guint8 *
wasm_memory(WasmInstance *instance, guint32 at, guint64 len)
{
	if (at > instance->memory_len || len > instance->memory_len - at)
		return NULL;
	return instance->memory + at;
}

const char *
wasm_memory_grow(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const guint32 more = (guint32)fp[pc->a];
	const guint32 had = in->pages;

	if (more > in->pages_max - had) {
		fp[pc->d] = G_MAXUINT32;
		return NULL;
	}
	if (!wasm_use_gas(in, (guint64)more * WASM_GAS_PAGE))
		return wasm_no_gas;
	in->pages += more;
	in->memory_len = (guint64)in->pages * WASM_PAGE;
	fp[pc->d] = had;
	return NULL;
}

/* Takes gas for `len` bytes that are there. */
static gboolean
use_bytes(WasmInstance *in, guint32 len)
{
	return wasm_use_gas(in, len / WASM_GAS_BYTES);
}

const char *
wasm_memory_fill(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const guint32 len = (guint32)fp[pc->b];
	guint8 *to = wasm_memory(in, (guint32)fp[pc->d], len);

	if (to == NULL)
		return outside;
	if (!use_bytes(in, len))
		return wasm_no_gas;
	memset(to, (int)(fp[pc->a] & 0xff), len);
	return NULL;
}

const char *
wasm_memory_copy(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const guint32 len = (guint32)fp[pc->b];
	guint8 *to = wasm_memory(in, (guint32)fp[pc->d], len);
	const guint8 *from = wasm_memory(in, (guint32)fp[pc->a], len);

	if (to == NULL || from == NULL)
		return outside;
	if (!use_bytes(in, len))
		return wasm_no_gas;
	memmove(to, from, len);
	return NULL;
}

/* A dropped segment is empty. */
const char *
wasm_memory_init(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const bsn_slice bytes = in->code->module->data[pc->c].bytes;
	const guint64 there = in->data_dropped[pc->c] ? 0 : bytes.len;
	const guint32 from = (guint32)fp[pc->a], len = (guint32)fp[pc->b];
	guint8 *to = wasm_memory(in, (guint32)fp[pc->d], len);

	if (to == NULL || from > there || len > there - from)
		return outside;
	if (!use_bytes(in, len))
		return wasm_no_gas;
	if (len > 0)
		memcpy(to, bytes.data + from, len);
	return NULL;
}

const char *
wasm_data_drop(WasmInstance *in, guint64 *fp G_GNUC_UNUSED, const WasmOp *pc)
{
	in->data_dropped[pc->c] = TRUE;
	return NULL;
}
