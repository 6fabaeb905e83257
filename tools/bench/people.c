/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/people.h"

#include <string.h>

#include "tools/ctl/hex.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/text_of.h"

const char *
people_algorithm(const char *framework, const json_t *config)
{
	const char *crypto = text_of(config, "crypto");

	if (strcmp(framework, "fisco") == 0)
		return strcmp(crypto, "std") == 0 ? "secp256k1" : "sm2";
	return strcmp(crypto, "sm") == 0 || strcmp(crypto, "gm") == 0
		       ? "sm2"
		       : "ecdsa-p256";
}

/* ---- certificates ------------------------------------------------------- */

/* By the CA in the host's directory. */
static char *
issue(const Target *target, guint host, const IssueSubject *subject,
      GError **error)
{
	const Node *node = target_host(target, host)->ctl.node;
	const char *directory = node_directory(node, error);

	return directory != NULL && subject->public_key != NULL
		       ? issue_for_key(directory, subject, error)
		       : NULL;
}

/* Gives a key its certificate, at `path`, which is taken. */
static gboolean
certify(const Target *target, guint host, GString *path,
	const IssueSubject *subject, GError **error)
{
	g_autofree char *pem = issue(target, host, subject, error);
	json_t *body, *answer;

	if (pem == NULL) {
		g_string_free(path, TRUE);
		return FALSE;
	}
	body = json_pack("{s:s}", "certificate", pem);
	answer = target_ask(target, host, "PATCH", path, body, error);
	json_decref(body);
	json_decref(answer);
	return answer != NULL;
}

gboolean
people_certify_node(const Target *target, guint host, const char *algorithm,
		    GError **error)
{
	const Node *node = target_host(target, host)->ctl.node;
	g_autofree char *name = node_config_value(node, "node", "name", error);
	g_autoptr(GBytes) public_key = NULL;
	json_t *key;

	if (name == NULL)
		return FALSE;
	key = target_ask(target, host, "GET",
			 client_target("node", "keys", algorithm, NULL), NULL,
			 error);
	if (key == NULL)
		return FALSE;
	public_key = ctl_hex_decode(text_of(key, "public_key"));
	json_decref(key);
	return certify(
		target, host, client_target("node", "keys", algorithm, NULL),
		&(IssueSubject){ name, ROLE_NODE, algorithm, public_key },
		error);
}

/* ---- hosted keys -------------------------------------------------------- */

/* What the host says of a key; NULL without an error: there is none. */
static json_t *
find_key(const Target *target, guint host, const char *name, GError **error)
{
	json_t *answer = target_ask(target, host, "GET",
				    client_target("ids", NULL), NULL, error);
	json_t *ids = json_object_get(answer, "ids");
	json_t *found = NULL;
	json_t *id;
	gsize i;

	json_array_foreach(ids, i, id)
	{
		if (strcmp(text_of(id, "name"), name) == 0)
			found = id;
	}
	json_incref(found);
	json_decref(answer);
	return found;
}

static json_t *
make_key(const Target *target, guint host, const char *name,
	 const char *algorithm, GError **error)
{
	json_t *body =
		json_pack("{s:s, s:s}", "name", name, "algorithm", algorithm);
	json_t *key = target_ask(target, host, "POST",
				 client_target("ids", NULL), body, error);

	json_decref(body);
	return key;
}

static gboolean
ensure_key(const Target *target, guint host, const char *name,
	   const char *algorithm, gboolean certified, GError **error)
{
	g_autoptr(GError) why = NULL;
	json_t *key = find_key(target, host, name, &why);
	g_autoptr(GBytes) public_key = NULL;
	gboolean ok;

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	if (key == NULL)
		key = make_key(target, host, name, algorithm, error);
	if (key == NULL)
		return FALSE;
	public_key = ctl_hex_decode(text_of(key, "public_key"));
	ok = !certified ||
	     json_is_string(json_object_get(key, "certificate")) ||
	     certify(target, host, client_target("ids", name, NULL),
		     &(IssueSubject){ name, ROLE_ADMIN, algorithm, public_key },
		     error);
	json_decref(key);
	return ok;
}

char *
people_hosted(const Target *target, const char *algorithm, gboolean certified,
	      GError **error)
{
	const char *id = target_host(target, 0)->ctl.id;
	g_autofree char *name = g_strdup_printf("bench-%s-%s", id, algorithm);

	for (guint i = 0; i < target->hosts->len; i++)
		if (!ensure_key(target, i, name, algorithm, certified, error))
			return NULL;
	return g_steal_pointer(&name);
}
