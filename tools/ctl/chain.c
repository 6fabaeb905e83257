/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl chain: the app chains of a host.
 */
#include <string.h>

#include "tools/ctl/chain_change.h"
#include "tools/ctl/chain_config.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/join.h"
#include "tools/ctl/members.h"
#include "tools/ctl/organisations.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/snapshot.h"
#include "tools/ctl/token.h"
#include "tools/ctl/transact.h"

static const Column chain_columns[] = {
	{ "Name", "name", COLUMN_TEXT },
	{ "Framework", "framework", COLUMN_TEXT },
	{ "State", "state", COLUMN_TEXT },
	{ "Created", "created_ms", COLUMN_TIME },
	{ "Parent", "parent", COLUMN_TEXT },
	{ "Reason", "reason", COLUMN_TEXT },
	{ NULL, NULL, COLUMN_TEXT },
};

/* ---- create ------------------------------------------------------------- */

/* Adds NAME from the option --NAME. */
static gboolean
add_json(json_t *body, const Args *args, const char *name, GError **error)
{
	g_autofree char *option = g_strconcat("--", name, NULL);
	const char *text = args_option(args, name);
	json_t *value;

	if (text == NULL)
		return TRUE;
	value = ctl_read_json(text, option, error);
	return value != NULL && json_object_set_new(body, name, value) == 0;
}

static gboolean
send_creation(Ctl *ctl, const char *name, const char *framework, json_t *body,
	      GError **error)
{
	progress_begin("creating %s", name);
	return ctl_show_done(ctl,
			     ctl_ask(ctl, "POST", client_target("chains", NULL),
				     body, error),
			     "Chain %s (%s) is created and open.", name,
			     framework);
}

static gboolean
run_create(Ctl *ctl, const Args *args, GError **error)
{
	const char *name = args_operand(args, 0);
	const char *framework = args_option(args, "framework");
	json_t *config;
	json_t *body;
	gboolean ok;

	if (framework == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--framework is missing\n'bsnctl plugin list' "
				"shows what this host offers.");
	config = chain_config_read(args, error);
	if (config == NULL)
		return FALSE;
	body = json_pack("{s:s, s:s, s:o}", "name", name, "framework",
			 framework, "config", config);
	ok = add_json(body, args, "members", error) &&
	     members_add(body, args, error) &&
	     send_creation(ctl, name, framework, body, error);
	json_decref(body);
	return ok;
}

/* What 'chain genesis' of another host wrote is the body as it is. */
static gboolean
run_adopt(Ctl *ctl, const Args *args, GError **error)
{
	g_autofree char *file =
		g_strconcat("@", args_operand(args, 0), NULL);
	json_t *body = ctl_read_json(file, "the genesis", error);
	const char *name = json_string_value(json_object_get(body, "name"));
	const char *framework =
		json_string_value(json_object_get(body, "framework"));
	gboolean ok;

	if (body == NULL)
		return FALSE;
	ok = name != NULL && framework != NULL;
	if (!ok)
		ctl_fail(error, CTL_ERROR_USAGE,
			 "%s is no genesis of a chain\n'bsnctl chain genesis "
			 "CHAIN' on a host that has the chain writes one.",
			 args_operand(args, 0));
	else
		ok = send_creation(ctl, name, framework, body, error) &&
		     (!args_flag(args, "snapshot") ||
		      snapshot_join(ctl, args, name, error));
	json_decref(body);
	return ok;
}

static gboolean
run_genesis(Ctl *ctl, const Args *args, GError **error)
{
	json_t *answer = ctl_get(ctl,
				 client_target("chains", args_operand(args, 0),
					       "genesis", NULL),
				 error);

	if (answer == NULL)
		return FALSE;
	output_json(&ctl->output, answer);
	json_decref(answer);
	return TRUE;
}

/* ---- the others --------------------------------------------------------- */

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_table(
		ctl, ctl_get(ctl, client_target("chains", NULL), error),
		"chains", chain_columns,
		"No chains yet. Make one with 'bsnctl chain "
		"create NAME --framework FRAMEWORK'.");
}

static gboolean
run_show(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_fields(
		ctl,
		ctl_get(ctl,
			client_target("chains", args_operand(args, 0), NULL),
			error),
		chain_columns, "config");
}

static gboolean
change_state(Ctl *ctl, const Args *args, const char *state, GError **error)
{
	const char *name = args_operand(args, 0);
	json_t *body = json_pack("{s:s}", "state", state);
	json_t *answer;

	progress_begin("%s %s", name, state);
	answer = ctl_ask(ctl, "PATCH", client_target("chains", name, NULL),
			 body, error);
	json_decref(body);
	return ctl_show_done(ctl, answer, "Chain %s is %s.", name, state);
}

static gboolean
run_open(Ctl *ctl, const Args *args, GError **error)
{
	return change_state(ctl, args, "open", error);
}

static gboolean
run_close(Ctl *ctl, const Args *args, GError **error)
{
	return change_state(ctl, args, "closed", error);
}

static gboolean
run_delete(Ctl *ctl, const Args *args, GError **error)
{
	const char *name = args_operand(args, 0);
	g_autofree char *question = g_strdup_printf(
		"Delete chain %s with all its blocks and data, for good?",
		name);

	if (!ctl_confirm(args, question, error))
		return FALSE;
	progress_begin("deleting %s", name);
	return ctl_show_done(ctl,
			     ctl_ask(ctl, "DELETE",
				     client_target("chains", name, NULL), NULL,
				     error),
			     "Chain %s is deleted.", name);
}

static gboolean
run_nodes(Ctl *ctl, const Args *args, GError **error)
{
	static const Column columns[] = {
		{ "Name", "name", COLUMN_TEXT },
		{ "Role", "role", COLUMN_TEXT },
		{ "Algorithm", "algorithm", COLUMN_TEXT },
		{ "Address", "address", COLUMN_TEXT },
		{ "Public key", "public_key", COLUMN_HASH },
		{ NULL, NULL, COLUMN_TEXT },
	};
	GString *target =
		client_target("chains", args_operand(args, 0), "nodes", NULL);

	return ctl_show_table(ctl, ctl_get(ctl, target, error), "nodes",
			      columns, "The chain has no members.");
}

static const Option create_options[] = {
	{ "framework", 'f', "NAME",
	  "which framework runs it: fisco, fabric, ..." },
	{ "config", 'c', "JSON|@FILE",
	  "its configuration, in the framework's own words" },
	{ "set", 's', "KEY=VALUE",
	  "set one key of it; a.b=V reaches into an object; may be repeated" },
	ORGANISATIONS_OPTION,
	{ "members", 'm', "JSON|@FILE",
	  "its first nodes: [{\"public_key\",\"role\",\"name\",\"address\"}] "
	  "(this host's alone)" },
	{ "member", 0, "FILE",
	  "one of its first nodes, as 'bsnctl node member' on its host has "
	  "printed it; may be repeated" },
	{ NULL, 0, NULL, NULL },
};

static const Option adopt_options[] = {
	{ "snapshot", 0, NULL,
	  "begin with a snapshot of its state, not with all its blocks" },
	SNAPSHOT_HASH_OPTION,
	{ NULL, 0, NULL, NULL },
};

static const Option delete_options[] = {
	{ "yes", 'y', NULL, "do not ask" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "create", "NAME", "Creates an app chain and opens it", create_options,
	  "bsnctl chain create evidence --framework fisco\n"
	  "bsnctl chain create trade -f fisco --set crypto=std "
	  "--set tx_gas_max=30000000\n"
	  "bsnctl chain create trade -f fisco --config @trade.json\n"
	  "bsnctl chain create city -f fisco --set consensus.name=pbft "
	  "--member a.json --member b.json\n"
	  "bsnctl chain create goods -f fabric --set crypto=sm "
	  "--org Org1MSP=a/ca/identity-ca.pem --org Org2MSP=b-ca.pem "
	  "--member a.json --member b.json",
	  run_create },
	{ "genesis", "CHAIN",
	  "Prints what other hosts make their part of the chain from", NULL,
	  "bsnctl chain genesis evidence", run_genesis },
	{ "adopt", "FILE", "Makes this host's part of a chain from its genesis",
	  adopt_options,
	  "bsnctl chain adopt evidence.genesis\n"
	  "bsnctl chain adopt trade.genesis --snapshot",
	  run_adopt },
	{ "join", "TICKET", "Makes this host's part of a chain from a ticket",
	  chain_join_options,
	  "bsnctl chain join evidence.ticket --ca city-a.pem\n"
	  "bsnctl chain join evidence.ticket --ca city-a.pem --trust\n"
	  "bsnctl chain join evidence.ticket --save-cas evidence-cas.pem",
	  run_chain_join },
	{ "change", "CHAIN",
	  "Shows what would change of a chain's configuration, and signs it, "
	  "on frameworks that can",
	  chain_change_options,
	  "bsnctl chain change goods --set batch.max_messages=100\n"
	  "bsnctl chain change goods --org Org3MSP=c-ca.pem --dry-run\n"
	  "bsnctl chain change goods --update 0x0a05..",
	  run_chain_change },
	{ "list", "", "Lists all chains", NULL,
	  "bsnctl chain list\nbsnctl chain list --json", run_list },
	{ "show", "CHAIN", "Shows one chain and its configuration", NULL,
	  "bsnctl chain show evidence", run_show },
	{ "open", "CHAIN", "Opens a closed chain", NULL,
	  "bsnctl chain open evidence", run_open },
	{ "close", "CHAIN", "Closes a chain; its data stay", NULL,
	  "bsnctl chain close evidence", run_close },
	{ "delete", "CHAIN", "Deletes a chain with all its data",
	  delete_options,
	  "bsnctl chain delete evidence\n"
	  "bsnctl chain delete evidence --yes",
	  run_delete },
	{ "nodes", "CHAIN", "Lists the members of a chain", NULL,
	  "bsnctl chain nodes evidence", run_nodes },
	{ "token create", "CHAIN NAME",
	  "Makes an access token for the chain's JSON-RPC",
	  token_create_options,
	  "bsnctl chain token create shop wallet\n"
	  "bsnctl chain token create shop explorer --role auditor --days 365",
	  run_token_create },
	{ "token list", "CHAIN", "Lists a chain's access tokens", NULL,
	  "bsnctl chain token list shop", run_token_list },
	{ "token revoke", "CHAIN NAME", "Ends an access token at once",
	  token_revoke_options, "bsnctl chain token revoke shop wallet",
	  run_token_revoke },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_chain = { "chain", "Creates and manages app chains", verbs };
