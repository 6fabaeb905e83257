/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/snapshot.h"

#include <jansson.h>

/* ---- take --------------------------------------------------------------- */

static const Column member_columns[] = {
	{ "Node", "name", COLUMN_TEXT },
	{ "Public key", "public_key", COLUMN_HASH },
	{ "Takes none, because", "error", COLUMN_TEXT },
	{ NULL, NULL, COLUMN_TEXT },
};

static void
show_taken(Ctl *ctl, json_t *answer)
{
	json_t *members = json_object_get(answer, "members");
	const char *state = json_string_value(json_object_get(answer, "state"));

	fprintf(ctl->output.file,
		"The snapshot after block %" JSON_INTEGER_FORMAT " is %s.\n",
		json_integer_value(json_object_get(answer, "height")),
		g_strcmp0(state, "making") == 0 ? "being made" : state);
	if (json_array_size(members) > 0)
		output_table(&ctl->output, members, member_columns, "");
}

static gboolean
run_take(Ctl *ctl, const Args *args, GError **error)
{
	guint64 height;
	json_t *body;
	json_t *answer;

	if (!args_number(args, "height", 0, 1, G_MAXINT64, &height, error))
		return FALSE;
	body = json_pack("{s:I, s:b}", "height", (json_int_t)height,
			 "here_only", args_flag(args, "here"));
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", args_operand(args, 0),
				       "snapshots", NULL),
			 body, error);
	json_decref(body);
	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		show_taken(ctl, answer);
	json_decref(answer);
	return TRUE;
}

/* ---- list --------------------------------------------------------------- */

static const Column snapshot_columns[] = {
	{ "Block", "height", COLUMN_NUMBER },
	{ "State", "state", COLUMN_TEXT },
	{ "Hash", "hash", COLUMN_TEXT },
	{ "Parts", "parts", COLUMN_NUMBER },
	{ "Size", "bytes", COLUMN_BYTES },
	{ NULL, NULL, COLUMN_TEXT },
};

static const Column join_fields[] = {
	{ "Begins with the one after block", "height", COLUMN_NUMBER },
	{ "State", "state", COLUMN_TEXT },
	{ "Parts", "parts", COLUMN_NUMBER },
	{ "Done", "done", COLUMN_NUMBER },
	{ "Hash", "hash", COLUMN_TEXT },
	{ "Problem", "problem", COLUMN_TEXT },
	{ NULL, NULL, COLUMN_TEXT },
};

static void
show_list(Ctl *ctl, json_t *answer)
{
	json_t *join = json_object_get(answer, "join");
	const json_int_t first =
		json_integer_value(json_object_get(answer, "first_block"));

	output_table(&ctl->output, json_object_get(answer, "snapshots"),
		     snapshot_columns,
		     "There are no snapshots. Take one with 'bsnctl snapshot "
		     "take CHAIN'.");
	if (first > 0)
		fprintf(ctl->output.file,
			"The first block here is %" JSON_INTEGER_FORMAT
			": this node began with a snapshot.\n",
			first);
	if (json_is_object(join))
		output_fields(&ctl->output, join, join_fields);
}

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	json_t *answer = ctl_get(ctl,
				 client_target("chains", args_operand(args, 0),
					       "snapshots", NULL),
				 error);

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		show_list(ctl, answer);
	json_decref(answer);
	return TRUE;
}

/* ---- the others --------------------------------------------------------- */

static gboolean
run_cancel(Ctl *ctl, const Args *args, GError **error)
{
	const char *height = args_operand(args, 1);

	return ctl_show_done(
		ctl,
		ctl_ask(ctl, "DELETE",
			client_target("chains", args_operand(args, 0),
				      "snapshots", height, NULL),
			NULL, error),
		g_strcmp0(height, "join") == 0
			? "The node goes on with the blocks that it has."
			: "The snapshot after block %s is gone.",
		height);
}

gboolean
snapshot_join(Ctl *ctl, const Args *args, const char *chain, GError **error)
{
	const char *hash = args_option(args, "hash");
	json_t *body = json_object();
	json_t *answer;

	if (hash != NULL)
		json_object_set_new(body, "hash", json_string(hash));
	answer = ctl_ask(
		ctl, "POST",
		client_target("chains", chain, "snapshots", "join", NULL), body,
		error);
	json_decref(body);
	if (answer != NULL && !ctl->output.json)
		return ctl_show_done(ctl, answer,
				     "The node begins with a snapshot; "
				     "'bsnctl snapshot list %s' tells how far "
				     "it is.",
				     chain);
	json_decref(answer);
	return answer != NULL;
}

static gboolean
run_join(Ctl *ctl, const Args *args, GError **error)
{
	return snapshot_join(ctl, args, args_operand(args, 0), error);
}

static const Option take_options[] = {
	{ "height", 0, "N",
	  "after this block, once it is there (after the newest one)" },
	{ "here", 0, NULL, "on this host alone, not on the others' too" },
	{ NULL, 0, NULL, NULL },
};

static const Option join_options[] = {
	SNAPSHOT_HASH_OPTION,
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "take", "CHAIN",
	  "Takes a snapshot of a chain's state, on all its nodes", take_options,
	  "bsnctl snapshot take trade\n"
	  "bsnctl snapshot take trade --height 120000 --here",
	  run_take },
	{ "list", "CHAIN",
	  "Lists the snapshots that are there, in the making or due", NULL,
	  "bsnctl snapshot list trade", run_list },
	{ "cancel", "CHAIN HEIGHT|join",
	  "Deletes a snapshot, takes a request back, or stops beginning with "
	  "one",
	  NULL,
	  "bsnctl snapshot cancel trade 120000\n"
	  "bsnctl snapshot cancel trade join",
	  run_cancel },
	{ "join", "CHAIN",
	  "Begins with a snapshot instead of all blocks, on a node that only "
	  "follows",
	  join_options,
	  "bsnctl snapshot join trade\n"
	  "bsnctl snapshot join trade --hash 0x5f0c..",
	  run_join },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_snapshot = { "snapshot",
			     "Takes snapshots of chains, and begins with them",
			     verbs };
