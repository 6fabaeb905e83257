/* SPDX-License-Identifier: Apache-2.0
 *
 * Evidence: what is deposited under a key stays in its history.
 *
 *	deposit(key, value)  event "deposited" with the key
 *	get(key)             the value
 *	history(key)         [{"tx","seconds","value"|"deleted"}], newest first
 */
#include "plugins/runtime-native/native.h"

typedef struct {
	json_t *changes;
} Evidence;

static void
deposited(NativeTx *tx)
{
	native_event(tx, "deposited", tx->args[0]);
	native_succeed(tx, bsn_slice_of(NULL, 0));
}

static void
deposit(NativeTx *tx)
{
	if (tx->args[1].len == 0)
		native_fail(tx, "there is nothing to deposit");
	else
		native_put(tx, tx->args[0], tx->args[1], deposited);
}

static void
got(NativeTx *tx)
{
	if (tx->answer.len == 0)
		native_fail(tx, "there is no evidence %.*s",
			    NATIVE_TEXT(tx->args[0]));
	else
		native_succeed(tx, tx->answer);
}

static void
get(NativeTx *tx)
{
	native_get(tx, tx->args[0], got);
}

static gboolean
add_change(NativeTx *tx, const NativeResult *result)
{
	Evidence *evidence = tx->state;
	json_t *change = json_pack("{s:s, s:I}", "tx", result->tx_id, "seconds",
				   (json_int_t)result->seconds);

	if (result->is_delete)
		json_object_set_new(change, "deleted", json_true());
	else
		json_object_set_new(change, "value",
				    native_json_text(result->value));
	json_array_append_new(evidence->changes, change);
	return TRUE;
}

static void
tell_history(NativeTx *tx)
{
	Evidence *evidence = tx->state;

	native_succeed_json(tx, g_steal_pointer(&evidence->changes));
}

static void
history(NativeTx *tx)
{
	Evidence *evidence = tx->state;

	evidence->changes = json_array();
	native_history(tx, tx->args[0], add_change, tell_history);
}

static void
clear(gpointer state)
{
	json_decref(((Evidence *)state)->changes);
}

static const NativeFunction functions[] = {
	{ "deposit", 2, deposit },
	{ "get", 1, get },
	{ "history", 1, history },
	{ NULL, 0, NULL },
};

const NativeContract native_evidence = { "evidence", sizeof(Evidence), clear,
					 functions };
