/* SPDX-License-Identifier: Apache-2.0
 *
 * Assets, in the words of Fabric's sample asset-transfer-basic, with an index
 *of owners by composite keys.
 *
 *	CreateAsset(ID, Color, Size, Owner, AppraisedValue)  once each
 *	ReadAsset(ID)
 *	UpdateAsset(ID, Color, Size, Owner, AppraisedValue)
 *	DeleteAsset(ID)
 *	AssetExists(ID)             "true" or "false"
 *	TransferAsset(ID, Owner)    answers with the owner before
 *	GetAllAssets()              [asset, ...]
 *	GetAssetsPage(n, bookmark)  {"assets": [asset, ...], "bookmark"}
 *	GetAssetsByOwner(Owner)     [ID, ...]
 *	QueryAssets(Query)          those that a query of CouchDB's finds; so
 *	QueryAssetsPage(Query, n, bookmark)
 *
 * Changes have events of their function's name with the asset.
 */
#include "plugins/runtime-native/native.h"

#define INDEX "owner~id"
/* The least key that is not composite. */
#define FIRST_KEY "\x01"
#define PAGE_MAX 1000u

typedef struct {
	const char *function; /* of the event */
	json_t *asset;	      /* as it becomes; NULL: it goes */
	json_t *before;
	json_t *list;
} State;

/* ---- what all do ---- */

static bsn_slice
text_of(const json_t *text)
{
	return bsn_slice_of(json_string_value(text), json_string_length(text));
}

static bsn_slice
index_key(NativeTx *tx, const json_t *asset)
{
	const bsn_slice attributes[] = {
		text_of(json_object_get(asset, "Owner")), tx->args[0]
	};

	return native_composite(tx, INDEX, attributes, 2);
}

static gboolean
add_number(json_t *asset, const char *name, bsn_slice text)
{
	guint64 number;

	if (!native_number(text, &number) || number > G_MAXINT64)
		return FALSE;
	json_object_set_new(asset, name, json_integer((json_int_t)number));
	return TRUE;
}

static gboolean
add_text(json_t *asset, const char *name, bsn_slice text)
{
	json_t *value = memchr(text.len > 0 ? text.data : (const guint8 *)"",
			       '\0', (gsize)text.len) == NULL
				? json_stringn((const char *)text.data,
					       (size_t)text.len)
				: NULL;

	return value != NULL && json_object_set_new(asset, name, value) == 0;
}

/* From the arguments; FALSE: the call has failed. */
static gboolean
read_asset(NativeTx *tx)
{
	State *state = tx->state;

	state->asset = json_object();
	if (tx->args[0].len > 0 && add_text(state->asset, "ID", tx->args[0]) &&
	    add_text(state->asset, "Color", tx->args[1]) &&
	    add_number(state->asset, "Size", tx->args[2]) &&
	    tx->args[3].len > 0 &&
	    add_text(state->asset, "Owner", tx->args[3]) &&
	    add_number(state->asset, "AppraisedValue", tx->args[4]))
		return TRUE;
	native_fail(tx, "an asset has an id, a colour, a size, an owner and a "
			"value");
	return FALSE;
}

/* The asset that the last question gave; FALSE: the call has failed. */
static gboolean
read_before(NativeTx *tx)
{
	State *state = tx->state;

	state->before = native_json(tx->answer);
	if (state->before != NULL)
		return TRUE;
	native_fail(tx, "The asset %.*s does not exist",
		    NATIVE_TEXT(tx->args[0]));
	return FALSE;
}

/* ---- changes: the asset, the index without it, the index with it ---- */

static void
tell(NativeTx *tx)
{
	State *state = tx->state;
	const json_t *shown =
		state->asset != NULL ? state->asset : state->before;
	char *text = json_dumps(shown, JSON_COMPACT | JSON_SORT_KEYS);

	native_event(tx, state->function, bsn_slice_str(text));
	free(text);
	native_succeed(
		tx, strcmp(state->function, "TransferAsset") == 0
			    ? text_of(json_object_get(state->before, "Owner"))
			    : bsn_slice_of(NULL, 0));
}

static void
index_asset(NativeTx *tx)
{
	const State *state = tx->state;

	if (state->asset == NULL)
		tell(tx);
	else
		native_put(tx, index_key(tx, state->asset), bsn_slice_of("", 1),
			   tell);
}

static void
unindex_asset(NativeTx *tx)
{
	const State *state = tx->state;

	if (state->before == NULL)
		index_asset(tx);
	else
		native_del(tx, index_key(tx, state->before), index_asset);
}

static void
change(NativeTx *tx, const char *function)
{
	State *state = tx->state;
	char *text;

	state->function = function;
	if (state->asset == NULL) {
		native_del(tx, tx->args[0], unindex_asset);
		return;
	}
	text = json_dumps(state->asset, JSON_COMPACT | JSON_SORT_KEYS);
	native_put(tx, tx->args[0], bsn_slice_str(text), unindex_asset);
	free(text);
}

static void
create_new(NativeTx *tx)
{
	if (tx->answer.len > 0)
		native_fail(tx, "The asset %.*s already exists",
			    NATIVE_TEXT(tx->args[0]));
	else if (read_asset(tx))
		change(tx, "CreateAsset");
}

static void
create_asset(NativeTx *tx)
{
	native_get(tx, tx->args[0], create_new);
}

static void
update_known(NativeTx *tx)
{
	if (read_before(tx) && read_asset(tx))
		change(tx, "UpdateAsset");
}

static void
update_asset(NativeTx *tx)
{
	native_get(tx, tx->args[0], update_known);
}

static void
transfer_known(NativeTx *tx)
{
	State *state = tx->state;

	if (!read_before(tx))
		return;
	state->asset = json_deep_copy(state->before);
	if (tx->args[1].len > 0 && add_text(state->asset, "Owner", tx->args[1]))
		change(tx, "TransferAsset");
	else
		native_fail(tx, "there is no new owner");
}

static void
transfer_asset(NativeTx *tx)
{
	native_get(tx, tx->args[0], transfer_known);
}

static void
delete_known(NativeTx *tx)
{
	if (read_before(tx))
		change(tx, "DeleteAsset");
}

static void
delete_asset(NativeTx *tx)
{
	native_get(tx, tx->args[0], delete_known);
}

/* ---- questions ---- */

static void
tell_asset(NativeTx *tx)
{
	if (read_before(tx))
		native_succeed(tx, tx->answer);
}

static void
read_one(NativeTx *tx)
{
	native_get(tx, tx->args[0], tell_asset);
}

static void
tell_exists(NativeTx *tx)
{
	native_succeed(tx,
		       bsn_slice_str(tx->answer.len > 0 ? "true" : "false"));
}

static void
asset_exists(NativeTx *tx)
{
	native_get(tx, tx->args[0], tell_exists);
}

static gboolean
list_asset(NativeTx *tx, const NativeResult *result)
{
	State *state = tx->state;

	json_array_append_new(state->list, native_json(result->value));
	return TRUE;
}

static void
tell_list(NativeTx *tx)
{
	native_succeed_json(tx, json_incref(((State *)tx->state)->list));
}

static void
get_all(NativeTx *tx)
{
	((State *)tx->state)->list = json_array();
	native_range(tx, bsn_slice_str(FIRST_KEY), bsn_slice_of(NULL, 0),
		     list_asset, tell_list);
}

static void
tell_page(NativeTx *tx)
{
	native_succeed_json(tx,
			    json_pack("{s:O, s:o}", "assets",
				      ((State *)tx->state)->list, "bookmark",
				      native_json_text(tx->answer)));
}

static void
get_page(NativeTx *tx)
{
	guint64 n;

	((State *)tx->state)->list = json_array();
	if (!native_number(tx->args[0], &n) || n == 0 || n > PAGE_MAX)
		native_fail(tx, "a page has 1 to %u assets", PAGE_MAX);
	else
		native_page(tx, bsn_slice_str(FIRST_KEY), bsn_slice_of(NULL, 0),
			    (guint)n, tx->args[1], list_asset, tell_page);
}

static void
query_assets(NativeTx *tx)
{
	((State *)tx->state)->list = json_array();
	native_query(tx, tx->args[0], 0, bsn_slice_of(NULL, 0), list_asset,
		     tell_list);
}

static void
query_page(NativeTx *tx)
{
	guint64 n;

	((State *)tx->state)->list = json_array();
	if (!native_number(tx->args[1], &n) || n == 0 || n > PAGE_MAX)
		native_fail(tx, "a page has 1 to %u assets", PAGE_MAX);
	else
		native_query(tx, tx->args[0], (guint)n, tx->args[2], list_asset,
			     tell_page);
}

/* The last attribute of a composite key. */
static gboolean
list_id(NativeTx *tx, const NativeResult *result)
{
	State *state = tx->state;
	gsize end = (gsize)result->key.len;
	gsize at;

	if (end == 0) {
		native_fail(tx, "the index of owners has an empty key");
		return FALSE;
	}
	at = --end;
	while (at > 0 && result->key.data[at - 1] != '\0')
		at--;
	json_array_append_new(state->list,
			      native_json_text(bsn_slice_of(
				      result->key.data + at, end - at)));
	return TRUE;
}

static void
get_by_owner(NativeTx *tx)
{
	const bsn_slice from = native_composite(tx, INDEX, tx->args, 1);

	((State *)tx->state)->list = json_array();
	native_range(tx, from, native_composite_end(tx, from), list_id,
		     tell_list);
}

static void
clear(gpointer data)
{
	State *state = data;

	json_decref(state->asset);
	json_decref(state->before);
	json_decref(state->list);
}

static const NativeFunction functions[] = {
	{ "AssetExists", 1, asset_exists },
	{ "CreateAsset", 5, create_asset },
	{ "DeleteAsset", 1, delete_asset },
	{ "GetAllAssets", 0, get_all },
	{ "GetAssetsByOwner", 1, get_by_owner },
	{ "GetAssetsPage", 2, get_page },
	{ "QueryAssets", 1, query_assets },
	{ "QueryAssetsPage", 3, query_page },
	{ "ReadAsset", 1, read_one },
	{ "TransferAsset", 2, transfer_asset },
	{ "UpdateAsset", 5, update_asset },
	{ NULL, 0, NULL },
};

const NativeContract native_asset = { "asset", sizeof(State), clear,
				      functions };
