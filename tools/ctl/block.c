/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl block: blocks of a chain.
 */
#include "tools/ctl/block_verify.h"
#include "tools/ctl/ctl.h"

#define LIST_LIMIT 20

static const Column block_columns[] = {
	{ "Number", "number", COLUMN_NUMBER },
	{ "Time", "time_ms", COLUMN_TIME },
	{ "Txs", "txs", COLUMN_NUMBER },
	{ "Size", "bytes", COLUMN_BYTES },
	{ "Hash", "hash", COLUMN_HASH },
	{ "Previous", "previous_hash", COLUMN_HASH },
	{ NULL, NULL, COLUMN_TEXT },
};

static const Column block_fields[] = {
	{ "Number", "number", COLUMN_NUMBER },
	{ "Hash", "hash", COLUMN_HASH },
	{ "Previous", "previous_hash", COLUMN_HASH },
	{ "State", "state_hash", COLUMN_HASH },
	{ "Time", "time_ms", COLUMN_TIME },
	{ "Transactions", "txs", COLUMN_NUMBER },
	{ "Size", "bytes", COLUMN_BYTES },
	{ NULL, NULL, COLUMN_TEXT },
};

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	GString *target =
		client_target("chains", args_operand(args, 0), "blocks", NULL);
	guint64 from, limit;

	if (!args_number(args, "from", 0, 0, G_MAXINT64, &from, error) ||
	    !args_number(args, "limit", LIST_LIMIT, 1, G_MAXINT32, &limit,
			 error)) {
		g_string_free(target, TRUE);
		return FALSE;
	}
	if (args_option(args, "from") != NULL)
		client_query_number(target, "from", from);
	client_query_number(target, "limit", limit);
	return ctl_show_table(ctl, ctl_get(ctl, target, error), "blocks",
			      block_columns, "No blocks.");
}

static gboolean
run_show(Ctl *ctl, const Args *args, GError **error)
{
	const char *block = args_operand(args, 1);
	GString *target =
		client_target("chains", args_operand(args, 0), "blocks",
			      block != NULL ? block : "latest", NULL);

	client_query(target, "txs", args_flag(args, "txs") ? "1" : NULL);
	client_query(target, "raw", args_flag(args, "raw") ? "1" : NULL);
	return ctl_show_fields(ctl, ctl_get(ctl, target, error), block_fields,
			       "detail");
}

static const Option list_options[] = {
	{ "from", 0, "N", "from this block on upwards; else the newest first" },
	{ "limit", 0, "N", "at most so many (20)" },
	{ NULL, 0, NULL, NULL },
};

static const Option show_options[] = {
	{ "txs", 0, NULL, "with its transactions" },
	{ "raw", 0, NULL, "with the block as it is encoded" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "list", "CHAIN", "Lists blocks, newest first", list_options,
	  "bsnctl block list evidence\n"
	  "bsnctl block list evidence --from 100 --limit 50",
	  run_list },
	{ "show", "CHAIN [BLOCK]",
	  "Shows a block by number or hash, or the latest", show_options,
	  "bsnctl block show evidence\nbsnctl block show evidence 7 --txs",
	  run_show },
	{ "verify", "FILE",
	  "Proves a block from its chain's genesis alone, without any host",
	  block_verify_options,
	  "bsnctl block verify 7.json --genesis evidence.genesis",
	  run_block_verify },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_block = { "block", "Shows and proves blocks", verbs };
