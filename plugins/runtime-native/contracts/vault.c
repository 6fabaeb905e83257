/* SPDX-License-Identifier: Apache-2.0
 *
 * Private data: values that only members of a collection have. They come as
 * transient data, which no ledger has.
 *
 *	put(collection, key)          the value is transient data "value"
 *	get(collection, key)
 *	hash(collection, key)         of the value, in hex
 *	exists(collection, key)       "true" or "false", for all who ask
 *	del(collection, key)
 *	purge(collection, key)
 *	list(collection, start, end)  [{"key","value"}, ...]
 *
 * Changes have events of their function's name with the key.
 */
#include "plugins/runtime-native/native.h"

typedef struct {
	const char *function; /* of the event */
	json_t *list;
} Vault;

/* The first argument, which the arena ends with a NUL. */
static const char *
collection(NativeTx *tx)
{
	return (const char *)native_keep(tx, tx->args[0]).data;
}

static void
changed(NativeTx *tx)
{
	native_event(tx, ((Vault *)tx->state)->function, tx->args[1]);
	native_succeed(tx, bsn_slice_of(NULL, 0));
}

static void
put(NativeTx *tx)
{
	const bsn_slice value = native_transient(tx, "value");

	((Vault *)tx->state)->function = "put";
	if (value.len == 0)
		native_fail(tx, "there is no transient data \"value\"");
	else
		native_private_put(tx, collection(tx), tx->args[1], value,
				   changed);
}

static void
del(NativeTx *tx)
{
	((Vault *)tx->state)->function = "del";
	native_private_del(tx, collection(tx), tx->args[1], changed);
}

static void
purge(NativeTx *tx)
{
	((Vault *)tx->state)->function = "purge";
	native_private_purge(tx, collection(tx), tx->args[1], changed);
}

static gboolean
is_there(NativeTx *tx)
{
	if (tx->answer.len > 0)
		return TRUE;
	native_fail(tx, "there is no %.*s in %.*s", NATIVE_TEXT(tx->args[1]),
		    NATIVE_TEXT(tx->args[0]));
	return FALSE;
}

static void
tell_value(NativeTx *tx)
{
	if (is_there(tx))
		native_succeed(tx, tx->answer);
}

static void
get(NativeTx *tx)
{
	native_private_get(tx, collection(tx), tx->args[1], tell_value);
}

static void
tell_hash(NativeTx *tx)
{
	g_autoptr(GString) hex = g_string_new(NULL);

	if (!is_there(tx))
		return;
	for (guint64 i = 0; i < tx->answer.len; i++)
		g_string_append_printf(hex, "%02x", tx->answer.data[i]);
	native_succeed(tx, bsn_slice_str(hex->str));
}

static void
hash(NativeTx *tx)
{
	native_private_hash(tx, collection(tx), tx->args[1], tell_hash);
}

static void
tell_exists(NativeTx *tx)
{
	native_succeed(tx,
		       bsn_slice_str(tx->answer.len > 0 ? "true" : "false"));
}

static void
exists(NativeTx *tx)
{
	native_private_hash(tx, collection(tx), tx->args[1], tell_exists);
}

static gboolean
add_entry(NativeTx *tx, const NativeResult *result)
{
	json_array_append_new(((Vault *)tx->state)->list,
			      json_pack("{s:o, s:o}", "key",
					native_json_text(result->key), "value",
					native_json_text(result->value)));
	return TRUE;
}

static void
tell_list(NativeTx *tx)
{
	native_succeed_json(tx, g_steal_pointer(&((Vault *)tx->state)->list));
}

static void
list(NativeTx *tx)
{
	((Vault *)tx->state)->list = json_array();
	native_private_range(tx, collection(tx), tx->args[1], tx->args[2],
			     add_entry, tell_list);
}

static void
clear(gpointer state)
{
	json_decref(((Vault *)state)->list);
}

static const NativeFunction functions[] = {
	{ "put", 2, put },   { "get", 2, get },	      { "hash", 2, hash },
	{ "exists", 2, exists }, { "del", 2, del },   { "purge", 2, purge },
	{ "list", 3, list }, { NULL, 0, NULL },
};

const NativeContract native_vault = { "vault", sizeof(Vault), clear,
				      functions };
