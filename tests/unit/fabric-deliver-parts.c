/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands in for the parts of the engine that gateway/ asks who may.
 */
#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
#include "tests/unit/fabric-seek.h"

guint64 fabric_first_block;

guint64
channel_first_block(const Channel *channel)
{
	return fabric_first_block;
}

int32_t
creator_check_expiry(Channel *channel, const MspIdentity *who, bsn_err *err)
{
	return msp_identity_is_expired(who, (gint64)(fake_host_now_ms() / 1000))
		       ? bsn_fail(err, BSN_EXPIRED, "it has expired")
		       : BSN_OK;
}

void
seen_verify(Channel *channel, const SuiteItem *items, guint64 n,
	    int32_t *results)
{
	suite_verify(&channel->suite, items, n, results);
}

/* ---- what order/ says of an envelope ---- */

static GPtrArray *accepted; /* GBytes */
static int32_t next_status;

int32_t
order_accept(Channel *channel, bsn_slice envelope, bsn_err *err)
{
	if (accepted == NULL)
		accepted = g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_bytes_unref);
	if (next_status != BSN_OK)
		return bsn_fail(err, next_status, "not this one");
	g_ptr_array_add(accepted,
			g_bytes_new(envelope.data, (gsize)envelope.len));
	return BSN_OK;
}

void
fabric_order_answers(int32_t status)
{
	next_status = status;
}

guint
fabric_order_accepted(void)
{
	const guint n = accepted != NULL ? accepted->len : 0;

	g_clear_pointer(&accepted, g_ptr_array_unref);
	return n;
}

/* ---- what only other methods need ---- */

char *
endorser_own_name(const Channel *channel)
{
	g_assert_not_reached();
}

char *
endorser_address(const Channel *channel, GBytes *key, const char *name)
{
	g_assert_not_reached();
}

/* ---- an endorser that the test completes ---- */

struct Endorser {
	EndorserDone done;
	gpointer owner;
};
static Endorser *under_way;

Endorser *
endorser_begin(Channel *channel, bsn_slice signed_proposal, EndorserDone done,
	       gpointer owner)
{
	g_assert_null(under_way);
	under_way = g_new0(Endorser, 1);
	*under_way = (Endorser){ done, owner };
	return under_way;
}

void
endorser_cancel(Endorser *endorser)
{
	g_assert_true(endorser == under_way);
	g_clear_pointer(&under_way, g_free);
}

gboolean
fabric_endorser_finish(int32_t status, bsn_slice response, const char *reason)
{
	g_autofree Endorser *endorser = g_steal_pointer(&under_way);
	bsn_err err = BSN_ERR_INIT;

	if (endorser == NULL)
		return FALSE;
	if (status != BSN_OK)
		bsn_fail(&err, status, "%s", reason);
	endorser->done(endorser->owner, status, response, &err);
	return TRUE;
}
