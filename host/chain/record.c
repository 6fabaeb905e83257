/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys: "chain/NAME" a JSON object (its "parent" and "ended" may be
 * left out), "genesis/NAME" the engine's bytes,
 * "erase/NUMBER" empty, "last-number" decimal text.
 */
#include "host/chain/record.h"

#include <jansson.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define PREFIX_CHAIN "chain/"
#define PREFIX_GENESIS "genesis/"
#define PREFIX_ERASE "erase/"
#define KEY_LAST_NUMBER "last-number"

static bsn_write
put(const char *key, bsn_slice value)
{
	return (bsn_write){ .size = sizeof(bsn_write),
			    .op = BSN_WRITE_PUT,
			    .key = bsn_slice_str(key),
			    .value = value };
}

static bsn_write
del(const char *key)
{
	return (bsn_write){ .size = sizeof(bsn_write),
			    .op = BSN_WRITE_DELETE,
			    .key = bsn_slice_str(key) };
}

static char *
encode(const Chain *chain, int closed)
{
	json_t *record = json_pack(
		"{s:s, s:s, s:I, s:I, s:b, s:s*, s:b}", "framework",
		chain->framework, "config", chain->config, "number",
		(json_int_t)chain->number, "created_ms",
		(json_int_t)chain->created_ms, "closed", closed, "parent",
		chain->parent, "ended", closed && chain->ended);
	char *text = json_dumps(record, JSON_COMPACT);

	json_decref(record);
	return text;
}

int32_t
record_save(ChainTable *table, const Chain *chain, int closed, guint64 cookie,
	    bsn_err *err)
{
	g_autofree char *key = g_strconcat(PREFIX_CHAIN, chain->name, NULL);
	g_autofree char *genesis_key =
		g_strconcat(PREFIX_GENESIS, chain->name, NULL);
	g_autofree char *last = g_strdup_printf("%u", table->last_number);
	char *text = encode(chain, closed);
	gsize len;
	const void *genesis = g_bytes_get_data(chain->genesis, &len);
	bsn_write writes[] = {
		put(key, bsn_slice_str(text)),
		put(genesis_key, bsn_slice_of(genesis, len)),
		put(KEY_LAST_NUMBER, bsn_slice_str(last)),
	};
	int32_t status = store_commit(table->space, writes,
				      G_N_ELEMENTS(writes), cookie, err);

	free(text);
	return status;
}

int32_t
record_delete(ChainTable *table, const Chain *chain, guint64 cookie,
	      bsn_err *err)
{
	g_autofree char *key = g_strconcat(PREFIX_CHAIN, chain->name, NULL);
	g_autofree char *genesis =
		g_strconcat(PREFIX_GENESIS, chain->name, NULL);
	g_autofree char *erase =
		g_strdup_printf(PREFIX_ERASE "%u", chain->number);
	bsn_write writes[] = {
		del(key),
		del(genesis),
		put(erase, bsn_slice_of(NULL, 0)),
	};

	return store_commit_to_free(table->space, writes, G_N_ELEMENTS(writes),
				    cookie, err);
}

void
record_erased(ChainTable *table, guint32 number)
{
	g_autofree char *key = g_strdup_printf(PREFIX_ERASE "%u", number);
	bsn_write writes[] = { del(key) };

	/* Refused or lost: the empty prefix is erased again at next start. */
	(void)store_commit_to_free(table->space, writes, 1, 0, NULL);
}

/* ---- reading ---- */

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} ArraySink;

static int32_t
array_write(bsn_sink *sink, const void *data, uint64_t len)
{
	g_byte_array_append(((ArraySink *)sink)->bytes, data, (guint)len);
	return BSN_OK;
}

static int32_t
read_bytes(ChainTable *table, const char *key, GBytes **out, bsn_err *err)
{
	ArraySink sink = { { array_write }, g_byte_array_new() };
	int32_t status = store_get(table->space, bsn_slice_str(key),
				   &sink.sink, err);

	*out = g_byte_array_free_to_bytes(sink.bytes);
	if (status != BSN_OK)
		g_clear_pointer(out, g_bytes_unref);
	return status;
}

static int32_t
decode(ChainTable *table, const char *name, bsn_slice text, Chain **out,
       int *closed, bsn_err *err)
{
	json_error_t error;
	json_t *record = json_loadb((const char *)text.data, text.len,
				    JSON_REJECT_DUPLICATES, &error);
	const char *framework, *config, *parent = NULL;
	int ended = 0;
	json_int_t number, created_ms;
	int32_t status = BSN_OK;

	if (json_unpack_ex(record, &error, 0, "{s:s, s:s, s:I, s:I, s:b, s?:s, s?:b}",
			   "framework", &framework, "config", &config,
			   "number", &number, "created_ms", &created_ms,
			   "closed", closed, "parent", &parent, "ended",
			   &ended) != 0) {
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the record of chain %s is damaged: %s",
				  name, error.text);
	} else {
		*out = chain_new(table, name, framework, config,
				 (guint32)number, (guint64)created_ms);
		(*out)->parent = g_strdup(parent);
		(*out)->ended = parent != NULL && ended;
	}
	json_decref(record);
	return status;
}

/* Names and record texts, copied: a scan's sink must not call the store. */
typedef struct {
	bsn_scan_sink sink;
	gsize skip; /* length of the prefix */
	GPtrArray *names;
	GPtrArray *texts;
} NameScan;

static int32_t
keep_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	NameScan *scan = (NameScan *)sink;

	g_ptr_array_add(scan->names,
			g_strndup((const char *)key.data + scan->skip,
				  key.len - scan->skip));
	g_ptr_array_add(scan->texts, g_bytes_new(value.data, value.len));
	return BSN_OK;
}

static int32_t
scan_prefix(ChainTable *table, const char *prefix, NameScan *scan,
	    bsn_err *err)
{
	g_autofree char *to = g_strdup(prefix);
	gsize len = strlen(prefix);

	to[len - 1]++; /* the first key past every one with the prefix */
	scan->sink.entry = keep_entry;
	scan->skip = len;
	scan->names = g_ptr_array_new_with_free_func(g_free);
	scan->texts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	return store_scan(table->space, bsn_slice_str(prefix),
			  bsn_slice_str(to), 0, &scan->sink, err);
}

static void
name_scan_clear(NameScan *scan)
{
	g_ptr_array_unref(scan->names);
	g_ptr_array_unref(scan->texts);
}

static int32_t
load_one(ChainTable *table, const char *name, GBytes *text,
	 const RecordVisitor *visitor, bsn_err *err)
{
	g_autofree char *key = g_strconcat(PREFIX_GENESIS, name, NULL);
	gsize len;
	const void *data = g_bytes_get_data(text, &len);
	Chain *chain = NULL;
	int closed = 0;
	int32_t status = decode(table, name, bsn_slice_of(data, len), &chain,
				&closed, err);

	if (status != BSN_OK)
		return status;
	status = read_bytes(table, key, &chain->genesis, err);
	if (status != BSN_OK) {
		chain_unref(chain);
		return bsn_fail(err, BSN_E_CORRUPT,
				"the genesis of chain %s is missing", name);
	}
	table->last_number = MAX(table->last_number, chain->number);
	visitor->chain(table, chain, closed);
	return BSN_OK;
}

static int32_t
load_chains(ChainTable *table, const RecordVisitor *visitor, bsn_err *err)
{
	NameScan scan = { 0 };
	int32_t status = scan_prefix(table, PREFIX_CHAIN, &scan, err);

	for (guint i = 0; status == BSN_OK && i < scan.names->len; i++)
		status = load_one(table, scan.names->pdata[i],
				  scan.texts->pdata[i], visitor, err);
	name_scan_clear(&scan);
	return status;
}

static int32_t
load_erasures(ChainTable *table, const RecordVisitor *visitor, bsn_err *err)
{
	NameScan scan = { 0 };
	int32_t status = scan_prefix(table, PREFIX_ERASE, &scan, err);

	for (guint i = 0; status == BSN_OK && i < scan.names->len; i++)
		visitor->erase(table, (guint32)g_ascii_strtoull(
					      scan.names->pdata[i], NULL, 10));
	name_scan_clear(&scan);
	return status;
}

int32_t
record_load(ChainTable *table, const RecordVisitor *visitor, bsn_err *err)
{
	g_autoptr(GBytes) last = NULL;
	int32_t status = read_bytes(table, KEY_LAST_NUMBER, &last, err);

	if (status == BSN_OK) {
		g_autofree char *text = g_strndup(g_bytes_get_data(last, NULL),
						  g_bytes_get_size(last));

		table->last_number = (guint32)g_ascii_strtoull(text, NULL, 10);
	} else if (status != BSN_NOT_FOUND) {
		return status;
	}
	status = load_chains(table, visitor, err);
	return status == BSN_OK ? load_erasures(table, visitor, err) : status;
}
