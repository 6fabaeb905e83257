/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl status: how the host, or one of its chains, is doing.
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
