/* SPDX-License-Identifier: Apache-2.0
 *
 * The layer made again from what waits; what may not follow any more leaves.
 */
#include "plugins/engine-xuper/pool/pool_private.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/verify/id.h"
#include "plugins/kit/reason.h"

static void
refused_free(gpointer data)
{
	Refused *refused = data;

	tx_unref(refused->tx);
	g_free(refused);
}

GHashTable *
refused_new(void)
{
	return id_table_new(refused_free);
}

void
pool_refuse(Pool *pool, GList *link, GHashTable *refused, gint code,
	    const bsn_err *err)
{
	Refused *entry = g_new0(Refused, 1);

	entry->tx = pool_take(pool, link);
	entry->code = code;
	entry->err = *err;
	g_hash_table_insert(refused, entry->tx->id, entry);
	pool->owner->left(pool->owner, entry->tx, POOL_REFUSED, code,
			  &entry->err);
}

gboolean
pool_refuse_with(Pool *pool, GList *link, GHashTable *refused)
{
	const Refused *cause = stands_on(refused, link->data);
	bsn_err err;

	if (cause == NULL)
		return FALSE;
	err = cause->err;
	if (!g_str_has_prefix(err.reason, "one that it stands on"))
		reason_at(&err, "one that it stands on left");
	pool_refuse(pool, link, refused, cause->code, &err);
	return TRUE;
}

/* ---- the layer ---- */

/* Judges one upon those before it; time does not make it wrong any more. */
static gint
judge(Pool *pool, GHashTable *above, Tx *tx, bsn_err *err)
{
	Upon upon = pool_upon(pool, above);

	upon.time_ms = 0;
	return verify_upon(&upon, tx, NULL, err);
}

static int32_t
put_again(Pool *pool, GHashTable *above, GHashTable *refused, GList *link,
	  bsn_err *err)
{
	Tx *tx = link->data;
	gint code = XUPER_OK;
	int32_t status;

	if (pool->state == POOL_JUDGE) {
		if (pool_refuse_with(pool, link, refused))
			return BSN_OK;
		code = judge(pool, above, tx, err);
	}
	if (code < 0)
		return code;
	if (code != XUPER_OK) {
		pool_refuse(pool, link, refused, code, err);
		return BSN_OK;
	}
	status = effects_apply(pool->layer, tx, err);
	g_hash_table_insert(above, tx->id, tx);
	return status == BSN_OK ? BSN_OK : broke(status, err);
}

int32_t
pool_mend(Pool *pool, bsn_err *err)
{
	g_autoptr(GHashTable) above = NULL;
	g_autoptr(GHashTable) refused = NULL;
	bsn_err own = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	GList *next;

	if (pool->state == POOL_FRESH)
		return BSN_OK;
	above = id_table_new(NULL);
	refused = refused_new();
	layer_unref(pool->layer);
	pool->layer = layer_over(ledger_head(pool->verifier->ledger)->layer);
	pool->sunk = 0;
	for (GList *at = pool->order.head; at != NULL && status == BSN_OK;
	     at = next) {
		next = at->next;
		status = put_again(pool, above, refused, at, &own);
	}
	if (status == BSN_OK)
		pool->state = POOL_FRESH;
	else if (err != NULL)
		*err = own;
	return status;
}
