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
access_check(Channel *channel, const char *resource, MspIdentity *who,
	     bsn_err *err)
{
	const Policy *policy = channel_config_acl(channel->config, resource);

	return policy != NULL && policy_holds(policy, &who, 1)
		       ? BSN_OK
		       : bsn_fail(err, BSN_DENIED, "access denied for %s",
				  resource);
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
