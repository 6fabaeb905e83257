/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may call which function: what the channel's ACLs say of the resource
 * "_lifecycle/FUNCTION", else Fabric's default; where Fabric asks for an admin of
 * the node itself, and for our own functions, an admin of an organisation.
 */
#include "plugins/engine-fabric/lifecycle/functions.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/reason.h"

typedef struct {
	const char *name;
	SystemFn run;
	/* What it does or tells is this node's alone: the admin must be of the
	 * node's organisation. */
	gboolean is_local;
} Function;

static const Function functions[] = {
	{ "ApproveChaincodeDefinitionForMyOrg", agree_approve, FALSE },
	{ "ApproveFreeze", condition_approve_freeze, FALSE },
	{ "ApproveUnfreeze", condition_approve_unfreeze, FALSE },
	{ "ApproveUninstall", condition_approve_uninstall, FALSE },
	{ "CheckCommitReadiness", agree_readiness, FALSE },
	{ "CommitChaincodeDefinition", agree_commit, FALSE },
	{ "Deploy", agree_deploy, FALSE },
	{ "Freeze", condition_freeze, FALSE },
	{ "GetInstalledChaincodePackage", installed_package, TRUE },
	{ "InstallChaincode", installed_install, TRUE },
	{ "QueryApprovedChaincodeDefinition", answer_approved, FALSE },
	{ "QueryChaincodeDefinition", answer_definition, FALSE },
	{ "QueryChaincodeDefinitions", answer_definitions, FALSE },
	{ "QueryInstalledChaincode", installed_one, TRUE },
	{ "QueryInstalledChaincodes", installed_all, TRUE },
	{ "Unfreeze", condition_unfreeze, FALSE },
	{ "Uninstall", condition_uninstall, FALSE },
};

gboolean
lifecycle_is_admin(const Channel *channel, MspIdentity *who)
{
	const ChannelOrganisation *organisation =
		channel_config_organisation(channel->config, who->msp->id);
	const char *groups[] = { "Application", NULL };
	const Policy *policy;

	if (organisation == NULL || !organisation->in_application)
		return FALSE;
	groups[1] = organisation->name;
	policy = policy_tree_find_in(channel->config->policies, groups,
				     G_N_ELEMENTS(groups), "Admins");
	return policy != NULL && policy_holds(policy, &who, 1);
}

static int32_t
check_admin(const Channel *channel, const Function *function, MspIdentity *who,
	    bsn_err *err)
{
	const char *own = own_msp(channel);

	if (function->is_local && g_strcmp0(own, who->msp->id) != 0)
		return bsn_fail(err, BSN_DENIED,
				LIFECYCLE_NAME "/%s is for admins of this "
				"node's organisation, %s",
				function->name,
				own != NULL ? own : "which it has not");
	if (lifecycle_is_admin(channel, who))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			LIFECYCLE_NAME "/%s is for who fulfils the policy "
			"Admins of an organisation; this identity of %s does "
			"not",
			function->name, who->msp->id);
}

static int32_t
authorize(const SystemCall *call, const Function *function, bsn_err *err)
{
	g_autofree char *resource =
		g_strconcat(LIFECYCLE_NAME "/", function->name, NULL);

	if (channel_config_acl(call->channel->config, resource) != NULL)
		return access_check(call->channel, resource, call->input->who,
				    err);
	return check_admin(call->channel, function, call->input->who, err);
}

int32_t
lifecycle_invoke(SystemCall *call, bsn_err *err)
{
	g_autofree char *quoted = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
		int32_t status;

		if (strcmp(functions[i].name, call->function) != 0)
			continue;
		if (call->input->who == NULL)
			return bsn_fail(err, BSN_DENIED,
					"it is not known who asks");
		if (call->n_args != 1)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"%s has one argument, its message",
					call->function);
		status = authorize(call, &functions[i], err);
		return status == BSN_OK ? functions[i].run(call, err) : status;
	}
	quoted = quote_text(bsn_slice_str(call->function));
	return bsn_fail(err, BSN_BAD_REQUEST,
			LIFECYCLE_NAME " has no function %s", quoted);
}
