/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for tests of gateway/ alone: the channel's own ACLs say who may, and
 * nobody's results are gathered.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/endorse/endorse.h"

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
gather_begin(Channel *channel, bsn_slice signed_proposal,
	     GPtrArray *organisations, GatherDone done, gpointer owner,
	     Gathering **gathering, bsn_err *err)
{
	g_assert_not_reached();
}

void
gather_cancel(Gathering *gathering)
{
	g_assert_not_reached();
}

int32_t
evaluate_begin(Channel *channel, bsn_slice signed_proposal,
	       GPtrArray *organisations, EvaluateDone done, gpointer owner,
	       Evaluation **evaluation, bsn_err *err)
{
	g_assert_not_reached();
}

void
evaluate_cancel(Evaluation *evaluation)
{
	g_assert_not_reached();
}
