/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl status: how the host, or one of its chains, is doing.
 */
#include "tools/ctl/ctl.h"

static gboolean
show_host(Ctl *ctl, GError **error)
{
	json_t *answer = ctl_get(ctl, client_target("status", NULL), error);

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		output_value(&ctl->output, answer, 0);
	json_decref(answer);
	return TRUE;
}

static gboolean
run_status(Ctl *ctl, const Args *args, GError **error)
{
	static const Column fields[] = {
		{ "State", "state", COLUMN_TEXT },
		{ "Height", "height", COLUMN_NUMBER },
		{ "Pending", "pending_txs", COLUMN_NUMBER },
		{ "Members", "members", COLUMN_NUMBER },
		{ "Connected", "connected", COLUMN_NUMBER },
		{ NULL, NULL, COLUMN_TEXT },
	};
	const char *chain = args_operand(args, 0);

	if (chain == NULL)
		return show_host(ctl, error);
	return ctl_show_fields(
		ctl,
		ctl_get(ctl, client_target("chains", chain, "status", NULL),
			error),
		fields, "detail");
}

static const Verb verbs[] = {
	{ "", "[CHAIN]", "Shows how the host, or a chain, is doing", NULL,
	  "bsnctl status\nbsnctl status evidence", run_status },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_status = { "status", "Shows how the host, or a chain, is doing",
			   verbs };
