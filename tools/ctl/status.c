/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl status: how the host, or one or each of its chains, is doing.
 */
#include "tools/ctl/ctl.h"

static gboolean
show_host(Ctl *ctl, GError **error)
{
	static const Column fields[] = {
		{ "Node", "node", COLUMN_TEXT },
		{ "Version", "version", COLUMN_TEXT },
		{ "Up for", "uptime_ms", COLUMN_DURATION },
		{ "Chains open", "chains.open", COLUMN_NUMBER },
		{ "Chains opening", "chains.opening", COLUMN_NUMBER },
		{ "Chains closed", "chains.closed", COLUMN_NUMBER },
		{ "Chains failed", "chains.failed", COLUMN_NUMBER },
		{ "Store", "store.health", COLUMN_TEXT },
		{ "Store says", "store.reason", COLUMN_TEXT },
		{ "Store used", "store.used_bytes", COLUMN_BYTES },
		{ "Disk free", "store.disk_free_bytes", COLUMN_BYTES },
		{ "Connections", "connections", COLUMN_NUMBER },
		{ "Event streams", "event_streams", COLUMN_NUMBER },
		{ "Plugins' connections", "io.connections", COLUMN_NUMBER },
		{ "Plugins' children", "io.children", COLUMN_NUMBER },
		{ "Children restarted", "io.restarts", COLUMN_NUMBER },
		{ "Children are without", "io.missing", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};

	return ctl_show_fields(
		ctl, ctl_get(ctl, client_target("status", NULL), error), fields,
		NULL);
}

/* ---- all chains in one table --------------------------------------------- */

/* Adds what /v1/chains/NAME/PART answers, if it does: a chain that is closed or
 * has failed has its state and reason alone. */
static gboolean
add_part(Ctl *ctl, json_t *row, const char *part, GError **error)
{
	const char *name = json_string_value(json_object_get(row, "name"));
	g_autoptr(GError) why = NULL;
	json_t *answer =
		ctl_get(ctl, client_target("chains", name, part, NULL), &why);

	if (answer == NULL &&
	    !g_error_matches(why, CTL_ERROR, CTL_ERROR_REFUSED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	(void)json_object_del(answer, "detail");
	if (answer != NULL)
		json_object_update(row, answer);
	json_decref(answer);
	return TRUE;
}

static gboolean
add_parts(Ctl *ctl, json_t *rows, GError **error)
{
	json_t *row;
	size_t at;

	json_array_foreach(
		rows, at,
		row) if (!add_part(ctl, row, "status", error) ||
			 !add_part(ctl, row, "ledger", error)) return FALSE;
	return TRUE;
}

static gboolean
show_chains(Ctl *ctl, GError **error)
{
	static const Column columns[] = {
		{ "Chain", "name", COLUMN_TEXT },
		{ "Framework", "framework", COLUMN_TEXT },
		{ "State", "state", COLUMN_TEXT },
		{ "Height", "height", COLUMN_NUMBER },
		{ "Txs", "txs", COLUMN_NUMBER },
		{ "Pending", "pending_txs", COLUMN_NUMBER },
		{ "Members", "members", COLUMN_NUMBER },
		{ "Connected", "connected", COLUMN_NUMBER },
		{ "State hash", "state_hash", COLUMN_HASH },
		{ "Reason", "reason", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	json_t *answer = ctl_get(ctl, client_target("chains", NULL), error);

	if (answer != NULL &&
	    !add_parts(ctl, ctl_rows(answer, "chains"), error)) {
		json_decref(answer);
		return FALSE;
	}
	return ctl_show_table(ctl, answer, "chains", columns,
			      "No chains yet. Make one with 'bsnctl chain "
			      "create NAME --framework FRAMEWORK'.");
}

static gboolean
run_status(Ctl *ctl, const Args *args, GError **error)
{
	static const Column fields[] = {
		{ "State", "state", COLUMN_TEXT },
		{ "Reason", "reason", COLUMN_TEXT },
		{ "Height", "height", COLUMN_NUMBER },
		{ "Pending", "pending_txs", COLUMN_NUMBER },
		{ "Members", "members", COLUMN_NUMBER },
		{ "Connected", "connected", COLUMN_NUMBER },
		{ "Languages", "languages", COLUMN_LIST },
		{ "Finality", "capabilities.finality", COLUMN_TEXT },
		{ "Finality depth", "capabilities.depth", COLUMN_NUMBER },
		{ "For other chains", "capabilities.can", COLUMN_LIST },
		{ "Transactions proven by",
		  "capabilities.provable.tx.certificate", COLUMN_TEXT },
		{ "Outcomes proven by",
		  "capabilities.provable.outcome.certificate", COLUMN_TEXT },
		{ "Events proven by",
		  "capabilities.provable.event.certificate", COLUMN_TEXT },
		{ "State proven by",
		  "capabilities.provable.state.certificate", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	const char *chain = args_operand(args, 0);

	if (args_flag(args, "chains"))
		return chain == NULL
			       ? show_chains(ctl, error)
			       : ctl_fail(error, CTL_ERROR_USAGE,
					  "--chains is of all chains\nLeave "
					  "out %s, or --chains.",
					  chain);
	if (chain == NULL)
		return show_host(ctl, error);
	return ctl_show_fields(
		ctl,
		ctl_get(ctl, client_target("chains", chain, "status", NULL),
			error),
		fields, "detail");
}

static const Option status_options[] = {
	{ "chains", 'c', NULL, "all chains in one table" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "", "[CHAIN]", "Shows how the host, or a chain, is doing",
	  status_options,
	  "bsnctl status\nbsnctl status evidence\nbsnctl status --chains",
	  run_status },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_status = { "status", "Shows how the host, or a chain, is doing",
			   verbs };
