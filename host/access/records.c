/* SPDX-License-Identifier: Apache-2.0 */
#include "host/access/records.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* Behind every chain's number: see store_space_open. */
#define ACCESS_PREFIX (G_MAXUINT32 - 1)

struct AccessRecords {
	Loop *loop;
	StoreSpace *space;
	GHashTable *waiting; /* Change, owned */
};

/* On its way to the disk; its address is the batch's cookie. */
typedef struct {
	StrandCall call;
	AccessRecords *records;
	void (*done)(void *owner);
	void *owner;
} Change;

static void
durable_on_loop(StrandCall *call)
{
	Change *change = (Change *)call;
	void (*done)(void *) = change->done;
	void *owner = change->owner;

	g_hash_table_remove(change->records->waiting, change);
	done(owner);
}

/* On the committer's thread. */
static void
became_durable(void *owner, guint64 cookie)
{
	AccessRecords *records = owner;
	Change *change = GSIZE_TO_POINTER(cookie);

	loop_post(records->loop, &change->call);
}

AccessRecords *
access_records_new(Loop *loop, Store *store)
{
	AccessRecords *records = g_new0(AccessRecords, 1);

	records->loop = loop;
	records->waiting = g_hash_table_new_full(NULL, NULL, g_free, NULL);
	records->space = store_space_open(store, ACCESS_PREFIX, became_durable,
					  records);
	return records;
}

void
access_records_free(AccessRecords *records)
{
	if (records == NULL)
		return;
	store_space_close(records->space);
	loop_run_pending(records->loop); /* what was posted until then */
	g_hash_table_unref(records->waiting);
	g_free(records);
}

/* ---- reading ---- */

/* Copied: a scan's sink must not call anybody. */
typedef struct {
	bsn_scan_sink sink;
	GPtrArray *names; /* char * */
	GPtrArray *texts; /* GBytes */
	gsize skip;
} Scan;

static int32_t
keep(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Scan *scan = (Scan *)sink;

	g_ptr_array_add(scan->names,
			g_strndup((const char *)key.data + scan->skip,
				  key.len - scan->skip));
	g_ptr_array_add(scan->texts, g_bytes_new(value.data, value.len));
	return BSN_OK;
}

static void
free_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

static json_t *
parse(GBytes *text)
{
	gsize len;
	const char *data = g_bytes_get_data(text, &len);

	return json_loadb(data, len, 0, NULL);
}

int32_t
access_records_each(AccessRecords *records, const char *prefix,
		    void (*each)(void *, const char *, const json_t *),
		    void *owner, bsn_err *err)
{
	g_autofree char *to = g_strdup(prefix);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free_bytes);
	Scan scan = { { keep }, names, texts, strlen(prefix) };
	int32_t status;

	to[scan.skip - 1]++; /* the first key past those with the prefix */
	status = store_scan(records->space, bsn_slice_str(prefix),
			    bsn_slice_str(to), 0, &scan.sink, err);
	for (guint i = 0; status == BSN_OK && i < names->len; i++) {
		json_t *record = parse(texts->pdata[i]);

		if (record == NULL)
			status = bsn_fail(err, BSN_E_CORRUPT,
					  "the record %s%s is damaged", prefix,
					  (const char *)names->pdata[i]);
		else
			each(owner, names->pdata[i], record);
		json_decref(record);
	}
	return status;
}

/* ---- writing ---- */

int32_t
access_records_set(AccessRecords *records, const char *key,
		   const json_t *record, void (*done)(void *), void *owner,
		   bsn_err *err)
{
	Change *change = g_new0(Change, 1);
	char *text = record != NULL ? json_dumps(record, JSON_COMPACT) : NULL;
	bsn_write write = { .size = sizeof(write),
			    .op = text != NULL ? BSN_WRITE_PUT
					       : BSN_WRITE_DELETE,
			    .key = bsn_slice_str(key),
			    .value = bsn_slice_str(text) };
	int32_t status;

	change->call.run = durable_on_loop;
	change->records = records;
	change->done = done;
	change->owner = owner;
	g_hash_table_add(records->waiting, change);
	status = store_commit(records->space, &write, 1,
			      GPOINTER_TO_SIZE(change), err);
	if (status != BSN_OK)
		g_hash_table_remove(records->waiting, change);
	free(text);
	return status;
}
