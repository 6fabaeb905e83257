/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl ledger: the ledger of a chain as a whole.
 */
#include "tools/ctl/ctl.h"

static gboolean
run_ledger(Ctl *ctl, const Args *args, GError **error)
{
	static const Column fields[] = {
		{ "Height", "height", COLUMN_NUMBER },
		{ "Size", "bytes", COLUMN_BYTES },
		{ "Transactions", "txs", COLUMN_NUMBER },
		{ "Of them invalid", "invalid_txs", COLUMN_NUMBER },
		{ "Latest block", "block_hash", COLUMN_HASH },
		{ "State", "state_hash", COLUMN_HASH },
		{ NULL, NULL, COLUMN_TEXT },
	};
	GString *target =
		client_target("chains", args_operand(args, 0), "ledger", NULL);

	return ctl_show_fields(ctl, ctl_get(ctl, target, error), fields,
			       "detail");
}

static const Verb verbs[] = {
	{ "", "CHAIN", "Shows a ledger's height, size and totals", NULL,
	  "bsnctl ledger evidence\nbsnctl ledger evidence --json", run_ledger },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_ledger = { "ledger", "Shows a ledger's height, size and totals",
			   verbs };
