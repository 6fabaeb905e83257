/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's timers: the test moves the clock, and so fires them.
 */
#include "tests/unit/fake-private.h"

static int32_t
set_timer(bsn_chain *chain, uint64_t id, uint64_t delay_ms)
{
	guint64 due = fake_host_now_ms() + delay_ms;
	guint64 key = id;

	if (!fake_allowed(chain, "bsn_timer.set", FALSE))
		return BSN_E_INVALID;
	g_hash_table_replace(chain->timers, g_memdup2(&key, sizeof(key)),
			     g_memdup2(&due, sizeof(due)));
	return BSN_OK;
}

static void
cancel_timer(bsn_chain *chain, uint64_t id)
{
	guint64 key = id;

	if (fake_allowed(chain, "bsn_timer.cancel", TRUE))
		g_hash_table_remove(chain->timers, &key);
}

const bsn_timer fake_timer = {
	.size = sizeof(bsn_timer),
	.set = set_timer,
	.cancel = cancel_timer,
};

/* The earliest timer, the lowest id first among equals; FALSE for none. */
static gboolean
earliest(const bsn_chain *chain, guint64 *id, guint64 *due)
{
	GHashTableIter iter;
	gpointer key;
	gpointer value;
	gboolean any = FALSE;

	g_hash_table_iter_init(&iter, chain->timers);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		guint64 this_id = *(guint64 *)key;
		guint64 this_due = *(guint64 *)value;

		if (any && (this_due > *due ||
			    (this_due == *due && this_id > *id)))
			continue;
		*id = this_id;
		*due = this_due;
		any = TRUE;
	}
	return any;
}

guint64
fake_timer_next(const bsn_chain *chain)
{
	guint64 id;
	guint64 due;

	return chain->state == FAKE_OPEN && earliest(chain, &id, &due)
		       ? due
		       : G_MAXUINT64;
}

gboolean
fake_timer_fire(bsn_chain *chain, guint64 ms)
{
	guint64 id;
	guint64 due;

	if (!earliest(chain, &id, &due) || due > ms)
		return FALSE;
	g_hash_table_remove(chain->timers, &id);
	if (chain->engine != NULL)
		chain->engine->chain->timer(chain->ledger, id);
	return TRUE;
}
