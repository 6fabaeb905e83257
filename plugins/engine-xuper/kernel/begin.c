/* SPDX-License-Identifier: Apache-2.0
 *
 * What a chain does by itself at the beginning of a block.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/engine-xuper/kernel/tdpos_private.h"
#include "plugins/engine-xuper/kernel/timer.h"

/* The first block of a term holds the election. */
static int32_t
elect(Sandbox *box, guint64 parent_term, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	int32_t status;

	if (sandbox_env(box)->term <= parent_term)
		return BSN_OK;
	status = terms_read(box, &terms, err);
	if (status != BSN_OK || strcmp(terms.protocol, "tdpos") != 0)
		return status;
	return tdpos_elect(box, &terms, err);
}

/* Whether the sandbox has anything to say. */
static gboolean
has_written(Sandbox *box)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;

	sandbox_result(box, &arena, &msg);
	return msg.n_tx_outputs_ext > 0;
}

int32_t
kernel_begin_block(Sandbox *box, guint64 parent_term, bsn_err *err)
{
	guint done;
	int32_t status = timer_run(box, sandbox_env(box)->height, &done, err);

	if (status == BSN_OK)
		status = elect(box, parent_term, err);
	if (status != BSN_OK)
		return status;
	return has_written(box) ? BSN_OK : BSN_NOT_FOUND;
}
