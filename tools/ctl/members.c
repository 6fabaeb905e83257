/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/members.h"

#include <string.h>

const Option node_member_options[] = {
	{ "algorithm", 'a', "ALGORITHM",
	  "sm2, ecdsa-p256 or secp256k1, as the chain has it (sm2)" },
	{ "role", 'r', "ROLE", "consensus or observer (consensus)" },
	{ "name", 0, "NAME", "what people call it ([node] name)" },
	{ "address", 0, "HOST:PORT",
	  "where other hosts reach it ([peers] listen)" },
	{ NULL, 0, NULL, NULL },
};

/* ---- describing ---------------------------------------------------------- */

/* An address that is listened on is one to call, unless it means all of
 * them. */
static gboolean
is_reachable(const char *listen)
{
	return *listen != '\0' && *listen != '*' && *listen != ':' &&
	       !g_str_has_prefix(listen, "0.0.0.0") &&
	       !g_str_has_prefix(listen, "[::]");
}

static char *
address_of(const Node *node, const Args *args, GError **error)
{
	const char *given = args_option(args, "address");
	char *listen;

	if (given != NULL)
		return g_strdup(given);
	listen = node_config_value(node, "peers", "listen", error);
	if (listen == NULL || is_reachable(listen))
		return listen;
	ctl_fail(error, CTL_ERROR_USAGE,
		 "[peers] listen = %s does not tell where others reach this "
		 "host\nSay it with --address HOST:PORT.",
		 listen);
	g_free(listen);
	return NULL;
}

static char *
name_of(const Node *node, const Args *args, GError **error)
{
	const char *given = args_option(args, "name");

	return given != NULL ? g_strdup(given)
			     : node_config_value(node, "node", "name", error);
}

/* The host's node but for its key; to be released. */
static json_t *
describe(const Node *node, const Args *args, GError **error)
{
	static const char *const roles[] = { "consensus", "observer", NULL };
	const char *role = args_choice(args, "role", roles, error);
	g_autofree char *name = NULL;
	g_autofree char *address = NULL;

	if (role == NULL)
		return NULL;
	name = name_of(node, args, error);
	if (name == NULL)
		return NULL;
	address = address_of(node, args, error);
	if (address == NULL)
		return NULL;
	if (!g_utf8_validate(name, -1, NULL) ||
	    !g_utf8_validate(address, -1, NULL)) {
		ctl_fail(error, CTL_ERROR_USAGE,
			 "the node's name or address is not UTF-8");
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s}", "name", name, "role", role,
			 "address", address);
}

static const char *
key_of(const json_t *member)
{
	return json_string_value(json_object_get(member, "public_key"));
}

json_t *
members_ask_key(Ctl *ctl, const Args *args, GError **error)
{
	const char *algorithm = args_option(args, "algorithm");
	json_t *answer = ctl_get(
		ctl,
		client_target("node", "keys",
			      algorithm != NULL ? algorithm : "sm2", NULL),
		error);

	if (answer == NULL || key_of(answer) != NULL)
		return answer;
	json_decref(answer);
	ctl_fail(error, CTL_ERROR_FAILED, "the host's answer has no key");
	return NULL;
}

gboolean
run_node_member(Ctl *ctl, const Args *args, GError **error)
{
	const Node *node = ctl_node(ctl, error);
	json_t *member = node != NULL ? describe(node, args, error) : NULL;
	json_t *answer = member != NULL ? members_ask_key(ctl, args, error)
					  : NULL;

	if (answer != NULL) {
		json_object_set(member, "public_key",
				json_object_get(answer, "public_key"));
		output_json(&ctl->output, member);
	}
	json_decref(member);
	json_decref(answer);
	return answer != NULL;
}

/* ---- collecting ---------------------------------------------------------- */

static json_t *
read_member(const char *file, GError **error)
{
	g_autofree char *at = g_strconcat("@", file, NULL);
	json_t *member = ctl_read_json(at, file, error);

	if (member == NULL || key_of(member) != NULL)
		return member;
	json_decref(member);
	ctl_fail(error, CTL_ERROR_USAGE,
		 "%s describes no node\n'bsnctl node member' on its host "
		 "prints one; a list of them is what --members takes.",
		 file);
	return NULL;
}

/* Adds what a file describes. */
static gboolean
add_member(json_t *members, const char *file, GError **error)
{
	json_t *member = read_member(file, error);

	if (member == NULL)
		return FALSE;
	for (gsize i = 0; i < json_array_size(members); i++) {
		if (g_ascii_strcasecmp(key_of(json_array_get(members, i)),
				       key_of(member)) != 0)
			continue;
		json_decref(member);
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s describes a node that another --member "
				"does, too\nGive each node once.",
				file);
	}
	json_array_append_new(members, member);
	return TRUE;
}

gboolean
members_add(json_t *body, const Args *args, GError **error)
{
	g_autoptr(GPtrArray) files = args_option_all(args, "member");
	json_t *members;

	if (files->len == 0)
		return TRUE;
	if (json_object_get(body, "members") != NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--members and --member do not go together\n"
				"Give all nodes one way.");
	members = json_array();
	json_object_set_new(body, "members", members);
	for (guint i = 0; i < files->len; i++)
		if (!add_member(members, files->pdata[i], error))
			return FALSE;
	return TRUE;
}
