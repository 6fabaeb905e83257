/* SPDX-License-Identifier: Apache-2.0
 *
 * A deploy in uniform words becomes a call of _lifecycle. What it does not
 * say is as it was: an upgrade keeps policy, collections, init_required and,
 * without code, the package; who only commits means what its organisation has approved.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/json.h"

typedef Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs Args;

typedef enum { STEP_DEPLOY, STEP_APPROVE, STEP_COMMIT, STEP_INSTALL } Step;

static const char *const steps[] = { "deploy", "approve", "commit", "install",
				     NULL };
static const char *const functions[] = {
	[STEP_DEPLOY] = "Deploy",
	[STEP_APPROVE] = "ApproveChaincodeDefinitionForMyOrg",
	[STEP_COMMIT] = "CommitChaincodeDefinition",
	/* The package is stored when this comes signed: whoever installs sees
	 * it. */
	[STEP_INSTALL] = "QueryInstalledChaincode",
};

typedef struct {
	Channel *channel;
	const bsn_tx_request *request;
	MspIdentity *who;
	Arena arena;
	json_t *object;
	Step step;
	const char *label;
	const char *version; /* NULL: not said, as all of these */
	const char *policy;
	const char *package_id;
	const json_t *collections;
	gboolean has_init;
	Terms terms;
	bsn_err *err;
} Deploy;

static void
deploy_clear(Deploy *deploy)
{
	arena_clear(&deploy->arena);
	json_decref(deploy->object);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deploy, deploy_clear)

/* ---- options ---- */

static Step
step_of(const char *word)
{
	guint i = 0;

	while (steps[i] != NULL && strcmp(steps[i], word) != 0)
		i++;
	return (Step)i;
}

static int32_t
read_options(Deploy *deploy)
{
	JsonFields fields = fields_parse(deploy->request->options,
					 REQUEST_OPTIONS_MAX, "options",
					 &deploy->object, deploy->err);

	deploy->step = step_of(fields_choice(&fields, "step", steps, steps[0]));
	deploy->label = fields_string(&fields, "label", PACKAGE_ID_MAX, NULL);
	deploy->version = fields_string(&fields, "version",
					CHAINCODE_VERSION_MAX, NULL);
	deploy->policy =
		fields_string(&fields, "policy", POLICY_TEXT_MAX, NULL);
	deploy->package_id =
		fields_string(&fields, "package_id", PACKAGE_ID_MAX, NULL);
	deploy->collections =
		fields_array(&fields, "collections", COLLECTIONS_MAX);
	deploy->terms.sequence = (gint64)fields_u64(&fields, "sequence", 1,
						    G_MAXINT64, 0);
	deploy->terms.init_required =
		fields_bool(&fields, "init_required", FALSE);
	deploy->has_init = json_object_get(deploy->object, "init_required") !=
			   NULL;
	return fields_end(&fields);
}

/* ---- the package ---- */

static int32_t
check_label(const Deploy *deploy, const char *id)
{
	g_autofree char *label = package_label(id);

	if (deploy->label == NULL || strcmp(deploy->label, label) == 0)
		return BSN_OK;
	return bsn_fail(deploy->err, BSN_BAD_REQUEST,
			"options.label is not the package's, which is \"%s\"",
			label);
}

/* Keeps what came with the request. */
static int32_t
take_code(Deploy *deploy)
{
	g_autofree char *id = NULL;
	int32_t status;

	if (!lifecycle_is_admin(deploy->channel, deploy->who))
		return bsn_fail(deploy->err, BSN_DENIED,
				"packages are installed by admins of the "
				"channel's organisations, which this identity "
				"of %s is not",
				deploy->who->msp->id);
	status = package_offer(deploy->channel, deploy->request->code, &id,
			       deploy->err);
	if (status != BSN_OK)
		return status;
	deploy->package_id = arena_copy(&deploy->arena, id, strlen(id));
	return check_label(deploy, id);
}

/* What the organisation runs now. */
static int32_t
keep_package(Deploy *deploy, gint64 current)
{
	const View view = committed_view(deploy->channel);
	Terms unused;
	const int32_t status =
		current > 0 ? approval_read(&view, &deploy->arena,
					    deploy->who->msp->id,
					    deploy->terms.name, current,
					    &unused, &deploy->package_id,
					    deploy->err)
			    : BSN_NOT_FOUND;

	/* A further version with the same package has other terms. */
	if (status == BSN_OK && json_object_size(deploy->object) > 0)
		return BSN_OK;
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (deploy->step == STEP_DEPLOY || deploy->step == STEP_INSTALL)
		return bsn_fail(deploy->err, BSN_BAD_REQUEST,
				"code is missing: the bytes of a chaincode "
				"package, or options.package_id of one that "
				"is installed");
	deploy->package_id = "";
	return BSN_OK;
}

static int32_t
find_package(Deploy *deploy, gint64 current)
{
	if (deploy->step == STEP_COMMIT)
		return BSN_OK;
	if (deploy->request->code.len > 0)
		return take_code(deploy);
	if (deploy->package_id == NULL)
		return keep_package(deploy, current);
	if (package_id_is_valid(deploy->package_id))
		return check_label(deploy, deploy->package_id);
	return bsn_fail(deploy->err, BSN_BAD_REQUEST,
			"options.package_id must be a label, a colon and 64 "
			"hexadecimal digits");
}

/* ---- the terms ---- */

/* What holds where nothing is said: NOT_FOUND when nothing is there yet. */
static int32_t
read_before(Deploy *deploy, gint64 current, Terms *before)
{
	const View view = committed_view(deploy->channel);
	const char *name = deploy->terms.name;
	int32_t status = BSN_NOT_FOUND;

	if (deploy->step == STEP_COMMIT)
		status = approval_read(&view, &deploy->arena,
				       deploy->who->msp->id, name,
				       deploy->terms.sequence, before, NULL,
				       deploy->err);
	if (status != BSN_NOT_FOUND)
		return status;
	before->version = NULL;
	if (current == 0)
		return BSN_NOT_FOUND;
	status = definition_read(&view, &deploy->arena, name, before,
				 deploy->err);
	/* An approval of what is in force is of that version. */
	if (status == BSN_OK && deploy->terms.sequence != current)
		before->version = NULL;
	return status;
}

static int32_t
fill_policy(Deploy *deploy, const Terms *before)
{
	if (deploy->policy != NULL)
		return application_policy_parse(&deploy->arena, deploy->policy,
						&deploy->terms.policy,
						deploy->err);
	deploy->terms.policy = before->policy;
	return deploy->terms.policy.len > 0
		       ? BSN_OK
		       : application_policy_parse(&deploy->arena,
						  APPLICATION_POLICY_DEFAULT,
						  &deploy->terms.policy,
						  deploy->err);
}

static int32_t
fill_collections(Deploy *deploy, const Terms *before)
{
	if (deploy->collections != NULL)
		return collections_parse(&deploy->arena, deploy->collections,
					 "options.collections",
					 &deploy->terms.collections,
					 deploy->err);
	deploy->terms.collections = before->collections;
	return BSN_OK;
}

static int32_t
fill_terms(Deploy *deploy, gint64 current)
{
	Terms *terms = &deploy->terms;
	Terms before = { 0 };
	g_autofree char *number = NULL;
	int32_t status;

	if (terms->sequence == 0)
		terms->sequence = current + 1;
	number = g_strdup_printf("%" G_GINT64_FORMAT ".0", terms->sequence);
	status = read_before(deploy, current, &before);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	terms->version = deploy->version	  ? deploy->version
			 : before.version != NULL ? before.version
						  : arena_copy(&deploy->arena,
							       number,
							       strlen(number));
	if (!deploy->has_init)
		terms->init_required = before.init_required;
	status = fill_policy(deploy, &before);
	return status == BSN_OK ? fill_collections(deploy, &before) : status;
}

static void
add_args(const Deploy *deploy, GPtrArray *args)
{
	g_auto(Arena) arena = ARENA_INIT;
	Args message =
		LIFECYCLE__APPROVE_CHAINCODE_DEFINITION_FOR_MY_ORG_ARGS__INIT;
	Lifecycle__ChaincodeSource source = LIFECYCLE__CHAINCODE_SOURCE__INIT;
	Lifecycle__ChaincodeSource__Local local =
		LIFECYCLE__CHAINCODE_SOURCE__LOCAL__INIT;

	message.sequence = deploy->terms.sequence;
	message.name = (char *)deploy->terms.name;
	message.version = (char *)deploy->terms.version;
	message.validation_parameter = message_bytes(deploy->terms.policy);
	message.init_required = deploy->terms.init_required;
	message.collections = terms_package(&arena, &deploy->terms);
	if (deploy->step != STEP_COMMIT && deploy->package_id[0] != '\0') {
		local.package_id = (char *)deploy->package_id;
		source.type_case =
			LIFECYCLE__CHAINCODE_SOURCE__TYPE_LOCAL_PACKAGE;
		source.local_package = &local;
		message.source = &source;
	}
	/* CommitChaincodeDefinitionArgs has the same fields but the source. */
	request_add_message(args, &message);
}

static int32_t
install(Deploy *deploy, GPtrArray *args)
{
	Lifecycle__QueryInstalledChaincodeArgs message =
		LIFECYCLE__QUERY_INSTALLED_CHAINCODE_ARGS__INIT;
	const int32_t status = find_package(deploy, 0);

	message.package_id = (char *)deploy->package_id;
	if (status == BSN_OK)
		request_add_message(args, &message);
	return status;
}

static int32_t
put_definition(Deploy *deploy, const char *name, GPtrArray *args)
{
	const View view = committed_view(deploy->channel);
	gint64 current = 0;
	int32_t status = chaincode_name_check(name, deploy->err);

	deploy->terms.name = name;
	if (status == BSN_OK)
		status = definition_sequence(&view, name, &current,
					     deploy->err);
	if (status == BSN_OK)
		status = fill_terms(deploy, current);
	if (status == BSN_OK)
		status = find_package(deploy, current);
	if (status == BSN_OK)
		add_args(deploy, args);
	return status;
}

int32_t
request_deploy(Channel *channel, const bsn_tx_request *request,
	       const char *name, MspIdentity *who, GPtrArray *args,
	       bsn_err *err)
{
	g_auto(Deploy) deploy = { .channel = channel,
				  .request = request,
				  .who = who,
				  .err = err };
	const int32_t status = read_options(&deploy);

	if (status != BSN_OK)
		return status;
	request_add_text(args, functions[deploy.step]);
	return deploy.step == STEP_INSTALL
		       ? install(&deploy, args)
		       : put_definition(&deploy, name, args);
}
