/* SPDX-License-Identifier: Apache-2.0
 *
 * Counters. An increment reads what it writes, so of two that were simulated on
 * one state only the first may take effect.
 *
 *	add(counter, n)  answers with the new value
 *	get(counter)     0 when nothing was added
 */
#include "plugins/runtime-native/native.h"

typedef struct {
	guint64 amount;
	guint64 value;
} Tally;

/* The value that was read. */
static gboolean
read_value(NativeTx *tx)
{
	Tally *tally = tx->state;

	if (tx->answer.len == 0 || native_number(tx->answer, &tally->value))
		return TRUE;
	native_fail(tx, "%.*s is no counter", NATIVE_TEXT(tx->args[0]));
	return FALSE;
}

static void
tell(NativeTx *tx)
{
	native_succeed_number(tx, ((Tally *)tx->state)->value);
}

static void
put_sum(NativeTx *tx)
{
	Tally *tally = tx->state;

	if (!read_value(tx))
		return;
	if (tally->value > G_MAXUINT64 - tally->amount) {
		native_fail(tx, "%.*s would overflow",
			    NATIVE_TEXT(tx->args[0]));
		return;
	}
	tally->value += tally->amount;
	native_put(tx, tx->args[0],
		   native_format(tx, "%" G_GUINT64_FORMAT, tally->value), tell);
}

static void
add(NativeTx *tx)
{
	if (!native_number(tx->args[1], &((Tally *)tx->state)->amount))
		native_fail(tx, "%.*s is no amount", NATIVE_TEXT(tx->args[1]));
	else
		native_get(tx, tx->args[0], put_sum);
}

static void
got(NativeTx *tx)
{
	if (read_value(tx))
		tell(tx);
}

static void
get(NativeTx *tx)
{
	native_get(tx, tx->args[0], got);
}

static const NativeFunction functions[] = {
	{ "add", 2, add },
	{ "get", 1, get },
	{ NULL, 0, NULL },
};

const NativeContract native_tally = { "tally", sizeof(Tally), NULL, functions };
