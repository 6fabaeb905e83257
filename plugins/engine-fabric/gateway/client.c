/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/client.h"

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/order/order.h"

static int32_t
identify(Channel *channel, bsn_slice identity, const char *resource,
	 MspIdentity **who, bsn_err *err)
{
	int32_t status =
		msp_manager_identify(channel->config->msps, identity, who, err);

	if (status == BSN_OK)
		status = creator_check_expiry(channel, *who, err);
	return status == BSN_OK ? access_check(channel, resource, *who, err)
				: status;
}

int32_t
client_judge(Channel *channel, const ClientClaim *claim, bsn_err *err)
{
	g_autoptr(MspIdentity) who = NULL;
	SuiteItem item = { NULL, claim->message, claim->signature };
	int32_t status =
		identify(channel, claim->identity, claim->resource, &who, err);

	if (status != BSN_OK)
		return status;
	item.public_key = who->public_key;
	seen_verify(channel, &item, 1, &status);
	return status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, status,
				  "access denied for %s: the signature is not "
				  "that of the identity, of %s",
				  claim->resource, who->msp->id);
}

int32_t
client_judge_again(Channel *channel, bsn_slice identity, const char *resource,
		   bsn_err *err)
{
	g_autoptr(MspIdentity) who = NULL;

	return identify(channel, identity, resource, &who, err);
}

gboolean
client_may(Call *call, const ClientClaim *claim)
{
	bsn_err err = BSN_ERR_INIT;

	if (client_judge(call->channel, claim, &err) == BSN_OK)
		return TRUE;
	call_fail_text(call, PROBLEM_PERMISSION_DENIED, "%s", err.reason);
	return FALSE;
}
