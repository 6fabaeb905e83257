/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages in the store, below 'p':
 *
 *	'p' 'd' digest piece   bytes; piece from 0, 4 bytes big-endian
 *	'p' 'm' digest         that the package is there: its length (8 bytes),
 *	                       its label and type, each with its length (2)
 *	'p' 'x' digest         its indexes: collection, file and text of each,
 *	                       each with its length (4)
 *
 * Each piece is a batch, and the batch that says that the package is there comes
 * last, so whatever a crash leaves is either all of it or pieces that nobody
 * sees. Those are removed when the channel is opened. A store that is busy may
 * refuse a piece; who tries again goes on where it was.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/chaincode/package.h"
#include "plugins/engine-fabric/ledger/store.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define STORE_PACKAGE 'p'
#define STORE_PIECE 'd'
#define STORE_WHOLE 'm'
#define STORE_PACKAGE_INDEXES 'x'
#define KEY_LEN (2u + HASH_LEN)
#define PIECE_KEY_LEN (KEY_LEN + 4u)

typedef struct {
	char *id;
	char *type;
	guint64 len;
	guint8 digest[HASH_LEN];
} Package;

static void
package_free(gpointer data)
{
	Package *package = data;

	g_free(package->id);
	g_free(package->type);
	g_free(package);
}

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static const Package *
find(const Channel *channel, const char *id)
{
	return g_tree_lookup(channel->lifecycle->packages, id);
}

static void
remember(Lifecycle *lifecycle, const char *label, const char *type,
	 guint64 len, const guint8 *digest)
{
	Package *package = g_new0(Package, 1);

	package->id = package_id(label, digest);
	package->type = g_strdup(type);
	package->len = len;
	memcpy(package->digest, digest, HASH_LEN);
	g_tree_replace(lifecycle->packages, package->id, package);
}

/* ---- keys ---- */

static void
put_key(guint8 *key, guint8 kind, const guint8 *digest)
{
	key[0] = STORE_PACKAGE;
	key[1] = kind;
	memcpy(key + 2, digest, HASH_LEN);
}

static void
put_piece_key(guint8 *key, const guint8 *digest, guint32 piece)
{
	const guint32 number = GUINT32_TO_BE(piece);

	put_key(key, STORE_PIECE, digest);
	memcpy(key + KEY_LEN, &number, sizeof(number));
}

/* ---- storing ---- */

static int32_t
commit_one(const LedgerStore *store, bsn_slice key, bsn_slice value,
	   bsn_err *err)
{
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };

	ledger_batch_init(&batch);
	ledger_batch_put(&batch, key, value);
	return ledger_batch_commit(&batch, store, 0, err);
}

/* A piece that is there is the right one: its key has the digest of all. */
static int32_t
put_piece(const LedgerStore *store, const guint8 *digest, guint32 piece,
	  bsn_slice bytes, bsn_err *err)
{
	g_autoptr(GByteArray) nothing = g_byte_array_new();
	guint8 key[PIECE_KEY_LEN];
	int32_t status;

	put_piece_key(key, digest, piece);
	status = ledger_store_get_part(store, bsn_slice_of(key, sizeof(key)), 0,
				       0, nothing, err);
	return status == BSN_NOT_FOUND
		       ? commit_one(store, bsn_slice_of(key, sizeof(key)),
				    bytes, err)
		       : status;
}

static void
put_part(GByteArray *out, const char *text)
{
	wire_put(out, strlen(text), 4);
	wire_put_bytes(out, bsn_slice_str(text));
}

/* Kept beside, so that a package need not be unpacked again for them. */
static void
put_indexes(LedgerBatch *batch, const guint8 *digest,
	    const ChaincodePackage *read)
{
	g_autoptr(GPtrArray) list = chaincode_package_indexes(read);
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 key[KEY_LEN];

	for (guint i = 0; i < list->len; i++) {
		const ChaincodeIndex *index = list->pdata[i];

		put_part(value, index->collection);
		put_part(value, index->file);
		put_part(value, index->text);
	}
	put_key(key, STORE_PACKAGE_INDEXES, digest);
	if (list->len > 0)
		ledger_batch_put_copy(batch, bsn_slice_of(key, sizeof(key)),
				      buffer_slice(value));
}

static int32_t
put_whole(const LedgerStore *store, const guint8 *digest, guint64 len,
	  const ChaincodePackage *read, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	const bsn_slice label = bsn_slice_str(read->label);
	const bsn_slice type = bsn_slice_str(read->type);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	guint8 key[KEY_LEN];

	ledger_batch_init(&batch);
	put_indexes(&batch, digest, read);
	put_key(key, STORE_WHOLE, digest);
	wire_put(value, len, 8);
	wire_put(value, label.len, 2);
	wire_put_bytes(value, label);
	wire_put(value, type.len, 2);
	wire_put_bytes(value, type);
	ledger_batch_put(&batch, bsn_slice_of(key, sizeof(key)),
			 buffer_slice(value));
	return ledger_batch_commit(&batch, store, 0, err);
}

static int32_t
store_all(const LedgerStore *store, const guint8 *digest, bsn_slice package,
	  const ChaincodePackage *read, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (guint64 at = 0; at < package.len && status == BSN_OK;
	     at += PACKAGE_PIECE)
		status = put_piece(store, digest, (guint32)(at / PACKAGE_PIECE),
				   bsn_slice_of(package.data + at,
						MIN(PACKAGE_PIECE,
						    package.len - at)),
				   err);
	return status == BSN_OK ? put_whole(store, digest, package.len, read,
					    err)
				: status;
}

int32_t
package_put(Channel *channel, bsn_slice package, char **id, bsn_err *err)
{
	const State *state = &channel->ledger->state;
	g_autoptr(ChaincodePackage) read = NULL;
	g_autofree char *made = NULL;
	guint8 digest[HASH_LEN];
	int32_t status =
		package_read(&state->suite, package, &read, digest, err);

	if (status == BSN_OK)
		status = channel_config_takes(channel->config, read->type, err);
	if (status != BSN_OK)
		return status;
	made = package_id(read->label, digest);
	if (!package_exists(channel, made)) {
		status = store_all(&state->store, digest, package, read, err);
		if (status != BSN_OK)
			return status;
		remember(channel->lifecycle, read->label, read->type,
			 package.len, digest);
		packages_prepare(channel->lifecycle);
		net_packages_changed(channel);
	}
	*id = g_steal_pointer(&made);
	return BSN_OK;
}

/* ---- reading ---- */

static int32_t
none(const char *id, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"the package \"%.128s\" is not on this node", id);
}

int32_t
package_piece(const Channel *channel, const char *id, guint64 offset,
	      GByteArray *out, bsn_err *err)
{
	const Package *package = find(channel, id);
	guint8 key[PIECE_KEY_LEN];
	int32_t status;

	if (package == NULL)
		return none(id, err);
	if (offset % PACKAGE_PIECE != 0 || offset >= package->len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the package has no piece at byte "
				"%" G_GUINT64_FORMAT,
				offset);
	put_piece_key(key, package->digest, (guint32)(offset / PACKAGE_PIECE));
	status = ledger_store_get(&channel->ledger->state.store,
				  bsn_slice_of(key, sizeof(key)), out, err);
	return status == BSN_NOT_FOUND
		       ? bsn_fail(err, BSN_E_CORRUPT,
				  "a piece of the package %s is missing", id)
		       : status;
}

int32_t
package_get(const Channel *channel, const char *id, GByteArray *out,
	    bsn_err *err)
{
	const Package *package = find(channel, id);
	int32_t status = BSN_OK;

	if (package == NULL)
		return none(id, err);
	for (guint64 at = 0; at < package->len && status == BSN_OK;
	     at += PACKAGE_PIECE)
		status = package_piece(channel, id, at, out, err);
	return status;
}

static char *
take_text(Wire *wire)
{
	const bsn_slice text = wire_bytes(wire, wire_u32(wire));

	return g_strndup((const char *)text.data, (gsize)text.len);
}

int32_t
package_indexes(const Channel *channel, const char *id, PackageIndexFn visit,
		gpointer data, bsn_err *err)
{
	const Package *package = find(channel, id);
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 key[KEY_LEN];
	Wire wire;
	int32_t status;

	if (package == NULL)
		return none(id, err);
	put_key(key, STORE_PACKAGE_INDEXES, package->digest);
	status = ledger_store_get(&channel->ledger->state.store,
				  bsn_slice_of(key, sizeof(key)), value, err);
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	wire = wire_of(buffer_slice(value));
	while (!wire.bad && wire.rest.len > 0) {
		g_autofree char *collection = take_text(&wire);
		g_autofree char *file = take_text(&wire);
		g_autofree char *text = take_text(&wire);

		if (!wire.bad)
			visit(collection, file, text, data);
	}
	return wire.bad ? bsn_fail(err, BSN_E_CORRUPT,
				   "the indexes of the package %s cannot be "
				   "read back",
				   id)
			: BSN_OK;
}

gboolean
package_exists(const Channel *channel, const char *id)
{
	return find(channel, id) != NULL;
}

guint64
package_len(const Channel *channel, const char *id)
{
	const Package *package = find(channel, id);

	return package != NULL ? package->len : 0;
}

char *
package_type(const Channel *channel, const char *id)
{
	const Package *package = find(channel, id);

	return package != NULL ? g_strdup(package->type) : NULL;
}

static gboolean
list_id(gpointer key, gpointer value, gpointer list)
{
	g_ptr_array_add(list, g_strdup(key));
	return FALSE;
}

GPtrArray *
package_list(const Channel *channel)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	g_tree_foreach(channel->lifecycle->packages, list_id, list);
	return list;
}

/* ---- what the store has ---- */

typedef struct {
	bsn_scan_sink sink;
	Lifecycle *lifecycle;
	GHashTable *whole;  /* digests, GBytes */
	LedgerBatch *batch; /* removes pieces of others */
	gboolean corrupt;
} Scan;

static gboolean
read_whole(Scan *scan, bsn_slice key, bsn_slice value)
{
	Wire wire = wire_of(value);
	const guint64 len = wire_u64(&wire);
	const bsn_slice label = wire_bytes(&wire, wire_u16(&wire));
	const bsn_slice type = wire_bytes(&wire, wire_u16(&wire));
	g_autofree char *label_text =
		g_strndup((const char *)label.data, (gsize)label.len);
	g_autofree char *type_text =
		g_strndup((const char *)type.data, (gsize)type.len);

	if (key.len != KEY_LEN || !wire_end(&wire) || len == 0 ||
	    len > PACKAGE_MAX)
		return FALSE;
	remember(scan->lifecycle, label_text, type_text, len, key.data + 2);
	g_hash_table_add(scan->whole, g_bytes_new(key.data + 2, HASH_LEN));
	return TRUE;
}

static int32_t
scan_whole(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Scan *scan = (Scan *)sink;

	if (read_whole(scan, key, value))
		return BSN_OK;
	scan->corrupt = TRUE;
	return BSN_E_CORRUPT;
}

static int32_t
scan_piece(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Scan *scan = (Scan *)sink;
	g_autoptr(GBytes) digest =
		g_bytes_new(key.data + 2, MIN(HASH_LEN, key.len - 2));

	if (!g_hash_table_contains(scan->whole, digest))
		ledger_batch_delete(scan->batch, key);
	return BSN_OK;
}

static int32_t
scan_kind(Scan *scan, guint8 kind, bsn_err *err)
{
	const LedgerStore *store = &scan->lifecycle->channel->ledger->state.store;
	const guint8 from[] = { STORE_PACKAGE, kind };
	const guint8 to[] = { STORE_PACKAGE, (guint8)(kind + 1) };
	const int32_t status = store->table->scan(
		store->chain, bsn_slice_of(from, sizeof(from)),
		bsn_slice_of(to, sizeof(to)), 0, &scan->sink, err);

	return scan->corrupt ? bsn_fail(err, BSN_E_CORRUPT,
					"the list of packages cannot be read")
			     : status;
}

int32_t
packages_load(Lifecycle *lifecycle, bsn_err *err)
{
	const LedgerStore *store = &lifecycle->channel->ledger->state.store;
	g_autoptr(GHashTable) whole =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	Scan scan = { { scan_whole }, lifecycle, whole, &batch, FALSE };
	int32_t status;

	ledger_batch_init(&batch);
	lifecycle->packages =
		g_tree_new_full(compare_ids, NULL, NULL, package_free);
	status = scan_kind(&scan, STORE_WHOLE, err);
	scan.sink.entry = scan_piece;
	if (status == BSN_OK)
		status = scan_kind(&scan, STORE_PIECE, err);
	if (status == BSN_OK && batch.writes->len > 0)
		(void)ledger_batch_commit(&batch, store, 0, NULL);
	return status;
}
