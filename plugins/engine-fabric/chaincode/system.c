/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/channel/acl.h"
#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/codec/scan.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/kit/sink.h"

/* ---- who may ---- */

/* Where the policy of a resource is written; NULL: nowhere. */
static const char *
policy_path(const ChannelConfig *config, const char *resource)
{
	const char *path = g_hash_table_lookup(config->acls, resource);

	return path != NULL ? path : acl_default(resource);
}

int32_t
access_check(Channel *channel, const char *resource, MspIdentity *who,
	     bsn_err *err)
{
	const char *path = policy_path(channel->config, resource);
	const Policy *policy = channel_config_acl(channel->config, resource);

	if (who == NULL)
		return bsn_fail(err, BSN_DENIED,
				"access denied for %s: it is not known who "
				"asks",
				resource);
	if (policy != NULL && policy_holds(policy, &who, 1))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"access denied for %s: a member of %s does not fulfil "
			"policy %s",
			resource, who->msp->id,
			path != NULL ? path : "(it has none)");
}

/* ---- arguments ---- */

int32_t
system_text(const SystemCall *call, gsize n, char **text, bsn_err *err)
{
	const bsn_slice arg = n < call->n_args ? message_slice(call->args[n])
					       : bsn_slice_of(NULL, 0);

	if (arg.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: argument %" G_GSIZE_FORMAT " is missing",
				call->function, n + 1);
	if (!scan_text(arg) || memchr(arg.data, '\0', (gsize)arg.len) != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: argument %" G_GSIZE_FORMAT " is no text",
				call->function, n + 1);
	*text = g_strndup((const char *)arg.data, (gsize)arg.len);
	return BSN_OK;
}

int32_t
system_channel(const SystemCall *call, gsize n, const char *resource,
	       bsn_err *err)
{
	g_autofree char *id = NULL;
	const int32_t status = system_text(call, n, &id, err);

	if (status != BSN_OK)
		return status;
	if (strcmp(id, call->channel->id) != 0)
		return bsn_fail(err, BSN_NOT_FOUND, "Invalid chain ID, %s", id);
	return access_check(call->channel, resource, call->input->who, err);
}

/* ---- calls ---- */

static const struct {
	const char *name;
	SystemFn invoke;
} chaincodes[] = {
	{ LIFECYCLE_NAME, lifecycle_invoke },
	{ "qscc", qscc_invoke },
	{ "cscc", cscc_invoke },
	{ VOTES_NAME, config_invoke },
};

static SystemFn
find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(chaincodes); i++)
		if (strcmp(chaincodes[i].name, name) == 0)
			return chaincodes[i].invoke;
	return NULL;
}

gboolean
system_chaincode_writes(const char *name)
{
	return strcmp(name, LIFECYCLE_NAME) == 0 ||
	       strcmp(name, VOTES_NAME) == 0;
}

gboolean
system_chaincode_exists(const char *name)
{
	return find(name) != NULL;
}

static int32_t
response_status(int32_t status)
{
	if (status < 0)
		return 500;
	return status == BSN_OK		 ? 200
	       : status == BSN_DENIED	 ? 403
	       : status == BSN_NOT_FOUND ? 404
					 : 400;
}

static int32_t
invoke(SystemCall *call, bsn_err *err)
{
	const Protos__ChaincodeInput *input = call->input->input;
	const bsn_slice name = input->n_args > 0 ? message_slice(input->args[0])
						 : bsn_slice_of(NULL, 0);
	g_autofree char *function =
		g_strndup((const char *)name.data, (gsize)name.len);

	if (name.len == 0 || !scan_text(name) || strlen(function) != name.len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the first argument of %s must be the name of "
				"a function",
				call->input->chaincode);
	call->function = function;
	call->args = input->args + 1;
	call->n_args = input->n_args - 1;
	return find(call->input->chaincode)(call, err);
}

void
system_call(Channel *channel, const RunInput *input, Simulator *simulator,
	    GByteArray *payload, bsn_err *message, Protos__Response *response)
{
	SystemCall call = { .channel = channel,
			    .input = input,
			    .simulator = simulator,
			    .payload = payload };
	const int32_t status = invoke(&call, message);

	response->status = response_status(status);
	if (status == BSN_OK)
		response->payload = message_bytes(buffer_slice(payload));
	else
		response->message = message->reason;
}
