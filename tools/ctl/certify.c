/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/certify.h"

#include <string.h>

#include "identity/key_certificate.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/members.h"
#include "tools/ctl/text_of.h"

/* clang-format off */
#define CERTIFY_OPTIONS \
	{ "ca", 'c', "CA", \
	  "who certifies: a node directory, or a CA's CERT.pem,KEY.pem " \
	  "(this node's CA)" }, \
	{ "file", 'f', "FILE", \
	  "a certificate that was issued elsewhere, in PEM" }
/* clang-format on */

const Option certify_hosted_options[] = {
	{ "role", 'r', "ROLE", "client or admin (client)" },
	CERTIFY_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const Option certify_node_options[] = {
	{ "algorithm", 'a', "ALGORITHM",
	  "sm2, ecdsa-p256 or secp256k1, as the chain has it (sm2)" },
	{ "name", 0, "NAME", "what people call the node ([node] name)" },
	CERTIFY_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Column certified_fields[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Algorithm", "algorithm", COLUMN_TEXT },
	{ "Public key", "public_key", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

/* ---- the certificate ---------------------------------------------------- */

/* The node directory's, unless another is named. */
static char *
authority_of(Ctl *ctl, const Args *args, GError **error)
{
	const char *given = args_option(args, "ca");
	const Node *node = given == NULL ? ctl_node(ctl, error) : NULL;

	if (given != NULL)
		return g_strdup(given);
	return node != NULL ? g_strdup(node_directory(node, error)) : NULL;
}

static char *
issue(Ctl *ctl, const Args *args, const json_t *key, const char *name,
      Role role, GError **error)
{
	g_autoptr(GBytes) public_key =
		ctl_hex_decode(text_of(key, "public_key"));
	const IssueSubject subject = { name, role, text_of(key, "algorithm"),
				       public_key };
	g_autofree char *ca = NULL;

	if (public_key == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the host's answer has no key");
		return NULL;
	}
	ca = authority_of(ctl, args, error);
	return ca != NULL ? issue_for_key(ca, &subject, error) : NULL;
}

/* {"certificate"} for a key of the host's; to be released. */
static json_t *
certificate_for(Ctl *ctl, const Args *args, const json_t *key,
		const char *name, Role role, GError **error)
{
	const char *file = args_option(args, "file");
	g_autofree char *pem = NULL;
	gsize len;

	if (file != NULL && args_option(args, "ca") != NULL) {
		ctl_fail(error, CTL_ERROR_USAGE,
			 "--file and --ca do not go together\nGive a "
			 "certificate, or who is to issue one.");
		return NULL;
	}
	pem = file != NULL ? ctl_read_file(file, KEY_CERTIFICATE_PEM_MAX, &len,
					   error)
			   : issue(ctl, args, key, name, role, error);
	return pem != NULL ? json_pack("{s:s}", "certificate", pem) : NULL;
}

/* Sends it to where the key is, and shows the key. Takes target and body. */
static gboolean
upload(Ctl *ctl, GString *target, json_t *body, GError **error)
{
	json_t *answer = ctl_ask(ctl, "PATCH", target, body, error);

	json_decref(body);
	return ctl_show_fields(ctl, answer, certified_fields, "certificate");
}

/* ---- hosted keys -------------------------------------------------------- */

/* A reference of the caller's to what the host says of a key. */
static json_t *
find_hosted(Ctl *ctl, const char *name, GError **error)
{
	json_t *answer = ctl_get(ctl, client_target("ids", NULL), error);
	json_t *ids = ctl_rows(answer, "ids");
	json_t *found = NULL;

	for (gsize i = 0; found == NULL && i < json_array_size(ids); i++)
		if (strcmp(text_of(json_array_get(ids, i), "name"), name) == 0)
			found = json_incref(json_array_get(ids, i));
	if (answer != NULL && found == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the host keeps no key %s that you may sign with\n"
			 "'bsnctl id hosted list' shows those that it keeps.",
			 name);
	json_decref(answer);
	return found;
}

gboolean
run_hosted_certify(Ctl *ctl, const Args *args, GError **error)
{
	static const char *const roles[] = { "client", "admin", NULL };
	const char *name = args_operand(args, 0);
	const char *role = args_choice(args, "role", roles, error);
	json_t *key = role != NULL ? find_hosted(ctl, name, error) : NULL;
	json_t *body;

	if (key == NULL)
		return FALSE;
	body = certificate_for(ctl, args, key, name, role_from_name(role),
			       error);
	json_decref(key);
	return body != NULL &&
	       upload(ctl, client_target("ids", name, NULL), body, error);
}

/* ---- this host's nodes -------------------------------------------------- */

static char *
name_of_node(Ctl *ctl, const Args *args, GError **error)
{
	const char *given = args_option(args, "name");
	const Node *node = given == NULL ? ctl_node(ctl, error) : NULL;

	if (given != NULL)
		return g_strdup(given);
	return node != NULL ? node_config_value(node, "node", "name", error)
			    : NULL;
}

gboolean
run_node_certify(Ctl *ctl, const Args *args, GError **error)
{
	g_autofree char *name = name_of_node(ctl, args, error);
	g_autofree char *algorithm = NULL;
	json_t *key = name != NULL ? members_ask_key(ctl, args, error) : NULL;
	json_t *body;

	if (key == NULL)
		return FALSE;
	algorithm = g_strdup(text_of(key, "algorithm"));
	body = certificate_for(ctl, args, key, name, ROLE_NODE, error);
	json_decref(key);
	return body != NULL &&
	       upload(ctl, client_target("node", "keys", algorithm, NULL),
		      body, error);
}
