/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl id: who may ask: identities of the node directory and keys that the
 * host keeps.
 */
#include <string.h>

#include "tools/ctl/certify.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/private_file.h"
#include "tools/ctl/signer.h"

static const Column id_fields[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Role", "role", COLUMN_TEXT },
	{ "Organisation", "organisation", COLUMN_TEXT },
	{ "Algorithm", "algorithm", COLUMN_TEXT },
	{ "Expires", "not_after_ms", COLUMN_TIME },
	{ "Public key", "public_key", COLUMN_HASH },
	{ "Fingerprint", "fingerprint", COLUMN_HASH },
	{ "secp256k1 key", "keys.secp256k1", COLUMN_HASH },
	{ "Directory", "directory", COLUMN_TEXT },
	{ NULL, NULL, COLUMN_TEXT },
};

/* ---- identities of the directory ---------------------------------------- */

/* What certificate and keys of an identity say, as JSON. */
static json_t *
describe(const Node *node, const char *name, GError **error)
{
	g_autofree char *directory =
		node_identity_path(node, name, NULL, error);
	g_autoptr(Identity) identity = NULL;
	g_autoptr(Signer) signer = NULL;
	g_autofree char *public_key = NULL;
	const guint8 *secp256k1;
	json_t *json;

	if (directory == NULL)
		return NULL;
	identity = issue_judge(node, name, error);
	signer = identity != NULL ? signer_load(directory, error) : NULL;
	if (signer == NULL)
		return NULL;
	public_key = ctl_hex_encode(identity->public_key,
				sizeof(identity->public_key), TRUE);
	json = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:{}}",
			 "name", identity->name, "role",
			 role_name(identity->role), "organisation",
			 identity->organisation, "algorithm",
			 identity->algorithm, "not_after_ms",
			 (json_int_t)identity->not_after_s * 1000, "public_key",
			 public_key, "fingerprint", identity->fingerprint,
			 "directory", directory, "keys");
	secp256k1 = signer_public_key(signer, "secp256k1");
	if (secp256k1 != NULL) {
		g_autofree char *hex =
			ctl_hex_encode(secp256k1, SIGNER_PUBLIC_KEY_LEN, TRUE);

		json_object_set_new(json_object_get(json, "keys"), "secp256k1",
				    json_string(hex));
	}
	return json;
}

static gboolean
run_show(Ctl *ctl, const Args *args, GError **error)
{
	Node *node = ctl_node(ctl, error);

	if (node == NULL)
		return FALSE;
	return ctl_show_fields(ctl,
			       describe(node, args_operand(args, 0), error),
			       id_fields, NULL);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names under DIR/ids, in order. */
static GPtrArray *
identity_names(const Node *node, GError **error)
{
	g_autofree char *directory = NULL;
	GPtrArray *names;
	const char *name;
	GDir *dir;

	if (node_directory(node, error) == NULL)
		return NULL;
	directory = node_path(node, "ids");
	dir = g_dir_open(directory, 0, error);
	if (dir == NULL)
		return NULL;
	names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(dir)) != NULL)
		if (node_check_name(name, NULL))
			g_ptr_array_add(names, g_strdup(name));
	g_dir_close(dir);
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* An identity that cannot be used is listed with the reason. */
static json_t *
describe_or_say_why(const Node *node, const char *name)
{
	g_autoptr(GError) why = NULL;
	json_t *row = describe(node, name, &why);
	g_auto(GStrv) lines = NULL;

	if (row != NULL)
		return row;
	lines = g_strsplit(why->message, "\n", 2);
	return json_pack("{s:s, s:s}", "name", name, "problem", lines[0]);
}

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	static const Column columns[] = {
		{ "Name", "name", COLUMN_TEXT },
		{ "Role", "role", COLUMN_TEXT },
		{ "Algorithm", "algorithm", COLUMN_TEXT },
		{ "Organisation", "organisation", COLUMN_TEXT },
		{ "Expires", "not_after_ms", COLUMN_TIME },
		{ "Problem", "problem", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	Node *node = ctl_node(ctl, error);
	g_autoptr(GPtrArray) names = NULL;
	json_t *rows = json_array();

	if (node != NULL)
		names = identity_names(node, error);
	for (guint i = 0; names != NULL && i < names->len; i++)
		json_array_append_new(
			rows, describe_or_say_why(node, names->pdata[i]));
	if (names == NULL)
		g_clear_pointer(&rows, json_decref);
	return ctl_show_table(
		ctl, rows != NULL ? json_pack("{s:o}", "ids", rows) : NULL,
		"ids", columns, "No identities yet.");
}

static gboolean
run_new(Ctl *ctl, const Args *args, GError **error)
{
	static const char *const algorithms[] = { "sm2", "ecdsa-p256", NULL };
	static const char *const roles[] = { "client", "auditor", "node",
					     "admin", NULL };
	const char *name = args_operand(args, 0);
	const char *role = args_choice(args, "role", roles, error);
	const char *algorithm =
		args_choice(args, "algorithm", algorithms, error);
	Node *node = ctl_node(ctl, error);
	g_autofree char *directory = NULL;

	if (role == NULL || algorithm == NULL || node == NULL)
		return FALSE;
	if (args_option(args, "role") == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--role is missing\nGive one of: client, "
				"auditor, node, admin.");
	directory = node_identity_path(node, name, NULL, error);
	if (directory == NULL ||
	    !issue_identity(node, name, role_from_name(role), algorithm, error))
		return FALSE;
	return ctl_show_fields(ctl, describe(node, name, error), id_fields,
			       NULL);
}

static gboolean
run_key(Ctl *ctl, const Args *args, GError **error)
{
	static const char *const algorithms[] = { "secp256k1", NULL };
	const char *name = args_operand(args, 0);
	Node *node = ctl_node(ctl, error);
	g_autofree char *keys = NULL;
	g_autofree char *file = NULL;
	g_autofree char *hex = NULL;
	guint8 public_key[SIGNER_PUBLIC_KEY_LEN];
	json_t *identity = NULL;

	if (node == NULL ||
	    args_choice(args, "algorithm", algorithms, error) == NULL)
		return FALSE;
	identity = describe(node, name, error);
	if (identity == NULL)
		return FALSE;
	json_decref(identity);
	keys = node_identity_path(node, name, "keys", error);
	file = g_build_filename(keys, "secp256k1.key", NULL);
	if (!g_file_test(keys, G_FILE_TEST_IS_DIR) &&
	    !private_directory_make(keys, error))
		return FALSE;
	if (!signer_new_secp256k1(file, public_key, error))
		return FALSE;
	hex = ctl_hex_encode(public_key, sizeof(public_key), TRUE);
	return ctl_show_done(ctl,
			     json_pack("{s:s, s:s, s:s}", "algorithm",
				       "secp256k1", "public_key", hex, "file",
				       file),
			     "%s\n%s signs with it on chains that ask for "
			     "secp256k1.",
			     hex, name);
}

/* ---- the host's keys ---------------------------------------------------- */

static const Column hosted_columns[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Algorithm", "algorithm", COLUMN_TEXT },
	{ "Owner", "owner.name", COLUMN_TEXT },
	{ "Created", "created_ms", COLUMN_TIME },
	{ "Public key", "public_key", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

/* Somebody, of the caller's organisation unless said otherwise. */
static json_t *
user_json(const Args *args, const char *name)
{
	const char *organisation = args_option(args, "org");
	json_t *user = json_pack("{s:s}", "name", name);

	if (organisation != NULL)
		json_object_set_new(user, "organisation",
				    json_string(organisation));
	return user;
}

static gboolean
run_hosted_add(Ctl *ctl, const Args *args, GError **error)
{
	static const char *const algorithms[] = { "sm2", "secp256k1",
						  "ecdsa-p256", "ed25519",
						  NULL };
	const char *algorithm =
		args_choice(args, "algorithm", algorithms, error);
	json_t *body;
	json_t *answer;

	if (algorithm == NULL)
		return FALSE;
	body = json_pack("{s:s, s:s}", "name", args_operand(args, 0),
			 "algorithm", algorithm);
	if (args_option(args, "owner") != NULL)
		json_object_set_new(body, "owner",
				    user_json(args,
					      args_option(args, "owner")));
	answer = ctl_ask(ctl, "POST", client_target("ids", NULL), body, error);
	json_decref(body);
	return ctl_show_fields(ctl, answer, hosted_columns, NULL);
}

static gboolean
run_hosted_list(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_table(
		ctl, ctl_get(ctl, client_target("ids", NULL), error), "ids",
		hosted_columns,
		"The host keeps no keys that you may sign with. Make one with "
		"'bsnctl id hosted add NAME'.");
}

static gboolean
change_hosted(Ctl *ctl, const Args *args, const char *what, GError **error)
{
	json_t *body = json_pack("{s:o}", what,
				 user_json(args, args_operand(args, 1)));
	json_t *answer = ctl_ask(
		ctl, "PATCH",
		client_target("ids", args_operand(args, 0), NULL), body, error);

	json_decref(body);
	return ctl_show_fields(ctl, answer, hosted_columns, "granted");
}

static gboolean
run_hosted_grant(Ctl *ctl, const Args *args, GError **error)
{
	return change_hosted(ctl, args, "grant", error);
}

static gboolean
run_hosted_revoke(Ctl *ctl, const Args *args, GError **error)
{
	return change_hosted(ctl, args, "revoke", error);
}

static gboolean
run_hosted_owner(Ctl *ctl, const Args *args, GError **error)
{
	return change_hosted(ctl, args, "owner", error);
}

static gboolean
run_hosted_remove(Ctl *ctl, const Args *args, GError **error)
{
	const char *name = args_operand(args, 0);
	g_autofree char *question = g_strdup_printf(
		"Let the host forget the key %s, for good?", name);

	if (!ctl_confirm(args, question, error))
		return FALSE;
	return ctl_show_done(ctl,
			     ctl_ask(ctl, "DELETE",
				     client_target("ids", name, NULL), NULL,
				     error),
			     "The host has forgotten %s.", name);
}

static gboolean
run_whoami(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_fields(
		ctl, ctl_get(ctl, client_target("ids", "me", NULL), error),
		id_fields, NULL);
}

static const Option new_options[] = {
	{ "role", 'r', "ROLE", "client, auditor, node or admin" },
	{ "algorithm", 'a', "ALGORITHM", "sm2 or ecdsa-p256 (sm2)" },
	{ NULL, 0, NULL, NULL },
};

static const Option key_options[] = {
	{ "algorithm", 'a', "ALGORITHM", "secp256k1" },
	{ NULL, 0, NULL, NULL },
};

static const Option hosted_options[] = {
	{ "algorithm", 'a', "ALGORITHM",
	  "sm2, secp256k1, ecdsa-p256 or ed25519 (sm2)" },
	{ "owner", 0, "WHO", "whose it is to be; for administrators" },
	{ "org", 'o', "NAME", "the owner's organisation (yours)" },
	{ NULL, 0, NULL, NULL },
};

static const Option user_options[] = {
	{ "org", 'o', "NAME", "their organisation (yours)" },
	{ NULL, 0, NULL, NULL },
};

static const Option remove_options[] = {
	{ "yes", 'y', NULL, "do not ask" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "new", "NAME", "Makes an identity, certified by the node's CA",
	  new_options,
	  "bsnctl id new alice --role client\n"
	  "bsnctl id new watcher --role auditor --algorithm ecdsa-p256",
	  run_new },
	{ "list", "", "Lists the identities of the node directory", NULL,
	  "bsnctl id list", run_list },
	{ "show", "NAME", "Shows one of them", NULL, "bsnctl id show admin",
	  run_show },
	{ "key", "NAME",
	  "Gives an identity a further key, for chains that sign otherwise",
	  key_options, "bsnctl id key app1 --algorithm secp256k1", run_key },
	{ "whoami", "", "Shows how the host sees who asks", NULL,
	  "bsnctl id whoami\nbsnctl id whoami --id app1", run_whoami },
	{ "hosted add", "NAME",
	  "Makes a key that the host keeps and signs with for its owner",
	  hosted_options,
	  "bsnctl id hosted add shop --algorithm sm2 --id app1\n"
	  "bsnctl id hosted add payroll --owner app1",
	  run_hosted_add },
	{ "hosted list", "",
	  "Lists the keys that the host keeps for you; for administrators all",
	  NULL, "bsnctl id hosted list", run_hosted_list },
	{ "hosted grant", "NAME WHO",
	  "Lets somebody else sign with a key, too", user_options,
	  "bsnctl id hosted grant shop app2 --id app1", run_hosted_grant },
	{ "hosted revoke", "NAME WHO", "Takes that back", user_options,
	  "bsnctl id hosted revoke shop app2 --id app1", run_hosted_revoke },
	{ "hosted owner", "NAME WHO",
	  "Gives a key to somebody; for administrators", user_options,
	  "bsnctl id hosted owner payroll app1 --id admin", run_hosted_owner },
	{ "hosted certify", "NAME",
	  "Gives a key an organisation's certificate, for chains that know "
	  "people by those",
	  certify_hosted_options,
	  "bsnctl id hosted certify shop --id app1\n"
	  "bsnctl id hosted certify shop --role admin --ca /srv/bsn/org1\n"
	  "bsnctl id hosted certify shop --ca org1-ca.pem,org1-ca.key",
	  run_hosted_certify },
	{ "hosted remove", "NAME", "Lets the host forget a key for good",
	  remove_options, "bsnctl id hosted remove alice", run_hosted_remove },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_id = { "id", "Manages identities and hosted keys", verbs };
