/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/check/region.h"

#include "plugins/runtime-evm/opcodes.h"

void
region_init(Region *region, bsn_slice code, guint64 base, gboolean runtime,
	    const guint8 *forbidden)
{
	*region = (Region){ .code = code,
			    .base = base,
			    .runtime = runtime,
			    .forbidden = forbidden };
	region->labels = g_malloc0(code.len + 1);
	region->marks = g_new0(guint16, code.len + 1);
	for (guint64 at = 0; at < code.len;
	     at += 1 + opcode_immediate(code.data[at]))
		region->labels[at] = code.data[at] == OP_JUMPDEST;
}

void
region_clear(Region *region)
{
	g_clear_pointer(&region->labels, g_free);
	g_clear_pointer(&region->marks, g_free);
}

void
region_sweep(Region *region)
{
	for (guint64 at = 0; at < region->code.len;
	     at += 1 + opcode_immediate(region->code.data[at])) {
		guint8 op = region->code.data[at];

		if (region->forbidden[op] != 0)
			region_mark(region, at, MARK_FORBIDDEN);
		if (op == OP_SELFDESTRUCT)
			region_mark(region, at, MARK_SELFDESTRUCT);
		if (op == OP_CALLCODE)
			region_mark(region, at, MARK_CALLCODE);
		if (op == OP_DELEGATECALL &&
		    !region_has(region, at, MARK_DELEGATE_CHOSEN))
			region_mark(region, at, MARK_DELEGATE);
	}
}
