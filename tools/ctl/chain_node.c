/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl node: the nodes of an app chain, changed by transactions that as many
 * of its admins sign as the chain asks for.
 */
#include <string.h>

#include "tools/ctl/certify.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/join.h"
#include "tools/ctl/members.h"
#include "tools/ctl/text_of.h"
#include "tools/ctl/transact.h"

#define KEY_BYTES 64
/* The fewest digits of a key that name a node. */
#define PREFIX_MIN 8

static const Column node_columns[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Role", "role", COLUMN_TEXT },
	{ "Algorithm", "algorithm", COLUMN_TEXT },
	{ "Address", "address", COLUMN_TEXT },
	{ "Public key", "public_key", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

/* ---- which node ---------------------------------------------------------- */

/* An answer's list of a chain's nodes or proposals; to be released. */
static json_t *
ask_list(Ctl *ctl, const char *chain, const char *more, GError **error)
{
	return ctl_get(ctl, client_target("chains", chain, "nodes", more, NULL),
		       error);
}

static gboolean
is_key(const char *spec)
{
	g_autoptr(GBytes) key = ctl_hex_decode(spec);

	return key != NULL && g_bytes_get_size(key) == KEY_BYTES;
}

static const char *
without_0x(const char *hex)
{
	return g_str_has_prefix(hex, "0x") ? hex + 2 : hex;
}

static gboolean
names(const char *spec, const json_t *node)
{
	const char *digits = without_0x(spec);

	if (strcmp(text_of(node, "name"), spec) == 0)
		return TRUE;
	return strlen(digits) >= PREFIX_MIN &&
	       g_ascii_strncasecmp(without_0x(text_of(node, "public_key")),
				   digits, strlen(digits)) == 0;
}

/* The key of the one node that a name or the first digits of a key stand for;
 * g_free it. */
static char *
find_key(json_t *nodes, const char *chain, const char *spec, GError **error)
{
	const char *found = NULL;

	for (gsize i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i);

		if (!names(spec, node))
			continue;
		if (found != NULL) {
			ctl_fail(error, CTL_ERROR_USAGE,
				 "%s has several nodes that %s may mean\n"
				 "Give more of its public key: 'bsnctl node "
				 "list %s'.",
				 chain, spec, chain);
			return NULL;
		}
		found = text_of(node, "public_key");
	}
	if (found == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s has no node %s\n'bsnctl node list %s' shows those "
			 "that it has.",
			 chain, spec, chain);
	return g_strdup(found);
}

static char *
node_key_of(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_operand(args, 0);
	const char *spec = args_operand(args, 1);
	json_t *answer;
	char *key;

	if (is_key(spec))
		return g_strdup(spec);
	answer = ask_list(ctl, chain, NULL, error);
	if (answer == NULL)
		return NULL;
	key = find_key(json_object_get(answer, "nodes"), chain, spec, error);
	json_decref(answer);
	return key;
}

/* ---- who has signed ------------------------------------------------------ */

static void
print_accounts(const Output *output, const char *title, json_t *accounts)
{
	for (gsize i = 0; i < json_array_size(accounts); i++) {
		const json_t *account = json_array_get(accounts, i);

		fprintf(output->file, "  %s %s, weight %" G_GINT64_FORMAT "\n",
			title, text_of(account, "account"),
			(gint64)json_integer_value(
				json_object_get(account, "weight")));
	}
}

static gint64
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* What would be done, for g_free: to a node, or to other parts of the config. */
static char *
subject_of(const json_t *proposal)
{
	const char *key = text_of(proposal, "public_key");
	const char *role = text_of(proposal, "role");
	json_t *changes = json_object_get(proposal, "changes");
	GString *what;

	if (*key != '\0')
		return g_strdup_printf("%s becomes %s", key,
				       strcmp(role, "none") == 0
					       ? "no node of the chain"
					       : role);
	what = g_string_new("a change of");
	for (gsize i = 0; i < json_array_size(changes); i++)
		g_string_append_printf(
			what, "%s %s", i > 0 ? "," : "",
			json_string_value(json_array_get(changes, i)));
	return g_string_free(what, FALSE);
}

static void
print_proposal(const Output *output, const json_t *proposal)
{
	g_autofree char *what = subject_of(proposal);

	fprintf(output->file,
		"Waits for signatures: %s; weight %" G_GINT64_FORMAT
		" of %" G_GINT64_FORMAT " is there, %" G_GINT64_FORMAT
		" is needed.\n",
		what, number_of(proposal, "weight"),
		number_of(proposal, "total"), number_of(proposal, "needed"));
	if (*text_of(proposal, "address") != '\0')
		fprintf(output->file, "  address %s\n",
			text_of(proposal, "address"));
	print_accounts(output, "signed ", json_object_get(proposal, "votes"));
	print_accounts(output, "missing", json_object_get(proposal, "missing"));
}

/* All, or those about one node; how many. */
static guint
print_proposals(Ctl *ctl, const char *chain, const char *key, GError **error)
{
	json_t *answer = ask_list(ctl, chain, "proposals", error);
	json_t *list = json_object_get(answer, "proposals");
	guint n = 0;

	for (gsize i = 0; i < json_array_size(list); i++) {
		const json_t *proposal = json_array_get(list, i);
		const char *about =
			without_0x(text_of(proposal, "public_key"));

		if (key != NULL &&
		    g_ascii_strcasecmp(about, without_0x(key)) != 0)
			continue;
		print_proposal(&ctl->output, proposal);
		n++;
	}
	json_decref(answer);
	return n;
}

/* ---- list ---------------------------------------------------------------- */

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_operand(args, 0);

	if (!ctl_show_table(ctl, ask_list(ctl, chain, NULL, error), "nodes",
			    node_columns, "The chain has no nodes."))
		return FALSE;
	/* Some frameworks change nodes at once and have no proposals. */
	if (!ctl->output.json)
		(void)print_proposals(ctl, chain, NULL, NULL);
	return TRUE;
}

static gboolean
run_proposals(Ctl *ctl, const Args *args, GError **error)
{
	const char *chain = args_operand(args, 0);
	g_autoptr(GError) why = NULL;

	if (ctl->output.json) {
		json_t *answer = ask_list(ctl, chain, "proposals", error);

		if (answer == NULL)
			return FALSE;
		output_json(&ctl->output, answer);
		json_decref(answer);
		return TRUE;
	}
	if (print_proposals(ctl, chain, NULL, &why) == 0 && why == NULL)
		fputs("Nothing waits for signatures.\n", ctl->output.file);
	if (why == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

/* ---- changes ------------------------------------------------------------- */

static json_t *
change_words(const char *key, const char *role)
{
	return json_pack("{s:s, s:s}", "public_key", key, "role", role);
}

static json_t *
add_text(json_t *words, const Args *args, const char *name)
{
	const char *text = args_option(args, name);

	if (text != NULL)
		json_object_set_new(words, name, json_string(text));
	return words;
}

/* Sends the change, whose words it takes, and tells what it still needs. */
static gboolean
change(Ctl *ctl, const Args *args, const char *key, json_t *words,
       GError **error)
{
	const char *chain = args_operand(args, 0);
	json_t *request =
		json_pack("{s:s, s:o}", "kind", "member", "args", words);
	gboolean ok;

	if (args_flag(args, "force"))
		json_object_set_new(words, "force", json_true());
	ok = transact(ctl, args, chain, request, error);
	json_decref(request);
	if (ok && !ctl->output.json &&
	    g_strcmp0(args_option(args, "wait"), "accepted") != 0)
		(void)print_proposals(ctl, chain, key, NULL);
	return ok;
}

static gboolean
run_add(Ctl *ctl, const Args *args, GError **error)
{
	static const char *const roles[] = { "observer", "consensus", NULL };
	const char *role = args_choice(args, "role", roles, error);
	const char *key = args_operand(args, 1);

	if (role == NULL)
		return FALSE;
	if (!is_key(key))
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s is no public key\nIt has 128 hexadecimal "
				"digits: 'bsnctl node key' on the new host "
				"prints it.",
				key);
	return change(ctl, args, key,
		      add_text(add_text(change_words(key, role), args, "name"),
			       args, "address"),
		      error);
}

static gboolean
run_role(Ctl *ctl, const Args *args, GError **error)
{
	const char *role = args_operand(args, 2);
	g_autofree char *key = NULL;

	if (strcmp(role, "consensus") != 0 && strcmp(role, "observer") != 0)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s is no role\nSay consensus or observer; "
				"'bsnctl node remove' takes a node out.",
				role);
	key = node_key_of(ctl, args, error);
	return key != NULL && change(ctl, args, key, change_words(key, role),
				     error);
}

static gboolean
run_remove(Ctl *ctl, const Args *args, GError **error)
{
	g_autofree char *key = node_key_of(ctl, args, error);
	g_autofree char *question =
		g_strdup_printf("Take node %s out of chain %s?",
				args_operand(args, 1), args_operand(args, 0));

	return key != NULL && ctl_confirm(args, question, error) &&
	       change(ctl, args, key, change_words(key, "none"), error);
}

/* ---- this host's key ----------------------------------------------------- */

static gboolean
run_key(Ctl *ctl, const Args *args, GError **error)
{
	json_t *answer = members_ask_key(ctl, args, error);

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		fprintf(ctl->output.file, "%s\n",
			text_of(answer, "public_key"));
	json_decref(answer);
	return TRUE;
}

static const Option add_options[] = {
	{ "role", 'r', "ROLE", "observer or consensus (observer)" },
	{ "name", 0, "NAME", "what people call it" },
	{ "address", 0, "HOST:PORT", "where other hosts reach it" },
	{ "force", 0, NULL, "even if too few consensus nodes seem to be there" },
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option role_options[] = {
	{ "force", 0, NULL, "even if too few consensus nodes seem to be there" },
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option remove_options[] = {
	{ "yes", 'y', NULL, "do not ask" },
	{ "force", 0, NULL, "even if too few consensus nodes seem to be there" },
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option key_options[] = {
	{ "algorithm", 'a', "ALGORITHM",
	  "sm2, ecdsa-p256 or secp256k1, as the chain has it (sm2)" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "list", "CHAIN", "Lists a chain's nodes, and changes that wait",
	  NULL, "bsnctl node list evidence", run_list },
	{ "proposals", "CHAIN",
	  "Lists changes that wait for further signatures", NULL,
	  "bsnctl node proposals evidence --json", run_proposals },
	{ "add", "CHAIN PUBLIC_KEY", "Adds a node, or signs for adding it",
	  add_options,
	  "bsnctl node add evidence 0x5f0c.. --name city-b --address "
	  "b.example:9443",
	  run_add },
	{ "role", "CHAIN NODE ROLE",
	  "Makes a node a consensus node or an observer, or signs for it",
	  role_options, "bsnctl node role evidence city-b consensus",
	  run_role },
	{ "remove", "CHAIN NODE", "Takes a node out, or signs for it",
	  remove_options,
	  "bsnctl node remove evidence city-b\n"
	  "bsnctl node remove evidence 5f0c77aa --yes",
	  run_remove },
	{ "key", "", "Prints the public key that this host's nodes have",
	  key_options, "bsnctl node key --algorithm ecdsa-p256", run_key },
	{ "certify", "",
	  "Gives this host's nodes an organisation's certificate, for chains "
	  "that know nodes by those",
	  certify_node_options,
	  "bsnctl node certify --algorithm ecdsa-p256\n"
	  "bsnctl node certify -a sm2 --ca /srv/bsn/org1 --name city-a",
	  run_node_certify },
	{ "member", "",
	  "Prints this host's node as a chain's first nodes are written",
	  node_member_options,
	  "bsnctl node member > city-a.json\n"
	  "bsnctl node member -a secp256k1 --address 203.0.113.7:8400",
	  run_node_member },
	{ "invite", "CHAIN",
	  "Prints a ticket with which another host makes its part of a chain",
	  node_invite_options,
	  "bsnctl node invite evidence --days 3\n"
	  "bsnctl node invite evidence --ca city-a.pem --ca city-b.pem",
	  run_node_invite },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_node = { "node", "Changes who runs an app chain", verbs };
