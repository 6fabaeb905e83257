/* SPDX-License-Identifier: Apache-2.0
 *
 * What organisations may agree on.
 */
#include <string.h>

#include <bsn/helpers/error.h>
#include <bsn/helpers/json.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/definition.h"
#include "plugins/kit/reason.h"

typedef Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs Args;

gboolean
chaincode_name_is_system(bsn_slice name)
{
	static const char *const names[] = { LIFECYCLE_NAME, "cscc", "escc",
					     "lscc", "qscc", "vscc" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (bsn_slice_equal(name, bsn_slice_str(names[i])))
			return TRUE;
	return FALSE;
}

/* Fabric's [a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*. */
static gboolean
is_name(const char *text)
{
	gboolean after_sign = TRUE;

	for (; *text != '\0'; text++) {
		const gboolean sign = *text == '-' || *text == '_';

		if (sign ? after_sign : !g_ascii_isalnum(*text))
			return FALSE;
		after_sign = sign;
	}
	return !after_sign;
}

static int32_t
no_name(const char *quoted, bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s cannot be a chaincode's name: it has 1 to %u "
			"letters and digits, with single hyphens and "
			"underscores between them",
			quoted, CHAINCODE_NAME_MAX);
}

char *
chaincode_name_read(bsn_slice name, bsn_err *err)
{
	g_autofree char *quoted = quote_text(name);

	if (name.len > 0 && name.len <= CHAINCODE_NAME_MAX && bsn_is_text(name))
		return g_strndup((const char *)name.data, (gsize)name.len);
	(void)no_name(quoted, err);
	return NULL;
}

int32_t
chaincode_name_check(const char *name, bsn_err *err)
{
	g_autofree char *quoted = quote_text(bsn_slice_str(name));

	if (strlen(name) > CHAINCODE_NAME_MAX || !is_name(name))
		return no_name(quoted, err);
	if (chaincode_name_is_system(bsn_slice_str(name)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s is the name of a system chaincode", quoted);
	return BSN_OK;
}

static int32_t
check_version(const char *version, bsn_err *err)
{
	const gsize len = strlen(version);

	if (len > 0 && len <= CHAINCODE_VERSION_MAX &&
	    strspn(version, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			    "XYZ0123456789_.+-") == len)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a version has 1 to %u letters, digits, dots, hyphens, "
			"underscores and plus signs",
			CHAINCODE_VERSION_MAX);
}

static int32_t
check_plugins(const Args *args, bsn_err *err)
{
	if ((args->endorsement_plugin[0] == '\0' ||
	     strcmp(args->endorsement_plugin, ENDORSEMENT_PLUGIN) == 0) &&
	    (args->validation_plugin[0] == '\0' ||
	     strcmp(args->validation_plugin, VALIDATION_PLUGIN) == 0))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"there are no other plugins than " ENDORSEMENT_PLUGIN
			" and " VALIDATION_PLUGIN);
}

int32_t
terms_check_found(const ChannelConfig *config, const ApplicationPolicy *policy,
		  bsn_err *err)
{
	if (application_policy_find(policy, config->policies) != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the channel has no policy %s", policy->reference);
}

static int32_t
check_policy(const ChannelConfig *config, bsn_slice bytes, bsn_err *err)
{
	g_autoptr(ApplicationPolicy) policy = NULL;
	const int32_t status =
		application_policy_new(&config->suite, bytes, &policy, err);

	return status == BSN_OK ? terms_check_found(config, policy, err)
				: status;
}

static bsn_slice
default_policy(Arena *arena)
{
	bsn_slice bytes = { NULL, 0 };

	(void)application_policy_parse(arena, APPLICATION_POLICY_DEFAULT,
				       &bytes, NULL);
	return bytes;
}

/* As Fabric's serializer has them: none are no bytes. */
bsn_slice
terms_collections(Arena *arena,
		  const Protos__CollectionConfigPackage *package)
{
	return package != NULL ? message_put(arena, package)
			       : bsn_slice_of(NULL, 0);
}

Protos__CollectionConfigPackage *
terms_package(Arena *arena, const Terms *terms)
{
	return terms->collections.len > 0
		       ? message_unpack(
				 arena,
				 &protos__collection_config_package__descriptor,
				 terms->collections, NULL, NULL)
		       : NULL;
}

static int32_t
check_args(const ChannelConfig *config, const Args *args, const Terms *terms,
	   bsn_err *err)
{
	int32_t status = chaincode_name_check(args->name, err);

	if (status == BSN_OK)
		status = check_version(args->version, err);
	if (status == BSN_OK)
		status = check_plugins(args, err);
	if (status == BSN_OK && args->sequence < 1)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "the sequence of a definition is 1 or more");
	if (status == BSN_OK)
		status = check_policy(config, terms->policy, err);
	return status;
}

int32_t
terms_of_args(Arena *arena, const ChannelConfig *config, bsn_slice bytes,
	      Terms *terms, const Args **args, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Args *read = message_unpack(
		arena,
		&lifecycle__approve_chaincode_definition_for_my_org_args__descriptor,
		bytes, &status, err);

	if (read == NULL)
		return status;
	*terms = (Terms){ read->name, read->sequence, read->version,
			  read->init_required,
			  message_slice(read->validation_parameter),
			  terms_collections(arena, read->collections) };
	if (terms->policy.len == 0)
		terms->policy = default_policy(arena);
	if (args != NULL)
		*args = read;
	return check_args(config, read, terms, err);
}

const char *
terms_difference(const Terms *a, const Terms *b)
{
	if (a->sequence != b->sequence)
		return "sequence";
	if (strcmp(a->version, b->version) != 0)
		return "version";
	if (a->init_required != b->init_required)
		return "init_required";
	if (!bsn_slice_equal(a->policy, b->policy))
		return "endorsement policy";
	if (!bsn_slice_equal(a->collections, b->collections))
		return "collections";
	return NULL;
}
