/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/policy/application.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/text.h"

void
application_policy_free(ApplicationPolicy *policy)
{
	if (policy == NULL)
		return;
	signature_policy_free(policy->own.signature);
	g_free(policy->reference);
	g_free(policy);
}

static int32_t
check_reference(const char *path, bsn_err *err)
{
	const gsize len = strlen(path);

	if (g_str_has_prefix(path, "/" POLICY_ROOT "/") &&
	    len <= APPLICATION_POLICY_PATH_MAX && path[len - 1] != '/')
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a policy of the channel is named by its path, such as "
			"%s",
			APPLICATION_POLICY_DEFAULT);
}

static int32_t
read_policy(const Suite *suite, const Protos__ApplicationPolicy *message,
	    ApplicationPolicy *policy, bsn_err *err)
{
	int32_t status;

	switch (message->type_case) {
	case PROTOS__APPLICATION_POLICY__TYPE_SIGNATURE_POLICY:
		return signature_policy_new(suite, message->signature_policy,
					    &policy->own.signature, err);
	case PROTOS__APPLICATION_POLICY__TYPE_CHANNEL_CONFIG_POLICY_REFERENCE:
		status = check_reference(
			message->channel_config_policy_reference, err);
		if (status == BSN_OK)
			policy->reference = g_strdup(
				message->channel_config_policy_reference);
		return status;
	case PROTOS__APPLICATION_POLICY__TYPE__NOT_SET:
	case _PROTOS__APPLICATION_POLICY__TYPE__CASE_IS_INT_SIZE:
		break;
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the endorsement policy is empty");
}

int32_t
application_policy_new(const Suite *suite, bsn_slice bytes,
		       ApplicationPolicy **policy, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(ApplicationPolicy) made = g_new0(ApplicationPolicy, 1);
	int32_t status = BSN_OK;
	const Protos__ApplicationPolicy *message =
		message_unpack(&arena, &protos__application_policy__descriptor,
			       bytes, &status, err);

	if (message == NULL)
		return status;
	status = read_policy(suite, message, made, err);
	if (status == BSN_OK)
		*policy = g_steal_pointer(&made);
	return status;
}

const Policy *
application_policy_find(const ApplicationPolicy *policy,
			const PolicyTree *channel)
{
	return policy->reference != NULL
		       ? policy_tree_find(channel, policy->reference)
		       : &policy->own;
}

int32_t
application_policy_parse(Arena *arena, const char *text, bsn_slice *bytes,
			 bsn_err *err)
{
	Protos__ApplicationPolicy message = PROTOS__APPLICATION_POLICY__INIT;
	int32_t status;

	if (text[0] == '/') {
		status = check_reference(text, err);
		message.type_case =
			PROTOS__APPLICATION_POLICY__TYPE_CHANNEL_CONFIG_POLICY_REFERENCE;
		message.channel_config_policy_reference = (char *)text;
	} else {
		status = policy_parse_signature(arena, text,
						&message.signature_policy, err);
		message.type_case =
			PROTOS__APPLICATION_POLICY__TYPE_SIGNATURE_POLICY;
	}
	if (status == BSN_OK)
		*bytes = message_put(arena, &message);
	return status;
}

char *
application_policy_text(const ApplicationPolicy *policy)
{
	return policy->reference != NULL
		       ? g_strdup(policy->reference)
		       : policy_text_signature(policy->own.signature);
}
