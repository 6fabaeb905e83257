/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys in order, what the transaction itself wrote among them.
 */
#include "plugins/engine-xuper/contract/sandbox-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/slices.h"

/* Keys that are held at once: whoever scans may have enough of few, and others may
 * have put many there. */
#define PAGE_KEYS 256u
/* So many of the transaction's own keys are put in order for each page in the time
 * that one is looked up. */
#define ORDERED_KEYS 4u
/* Ends a page; no status of the store's. */
#define PAGE_FULL G_MAXINT32

typedef struct {
	XScan scan;
	Sandbox *box;
	GPtrArray *keys; /* GBytes */
} Found;

static int32_t
take_key(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	Found *found = (Found *)scan;

	/* Those that are gone are come past, too. */
	if (sandbox_count(found->box, 0, NULL) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	if (version->there && !xmodel_is_deleted(value))
		g_ptr_array_add(found->keys, g_bytes_new(key.data, key.len));
	return found->keys->len < PAGE_KEYS ? BSN_OK : PAGE_FULL;
}

static gboolean
in_range(bsn_slice key, bsn_slice from, bsn_slice to)
{
	return slice_compare(key, from) >= 0 &&
	       (to.len == 0 || slice_compare(key, to) < 0);
}

/* A page is counted, too, though nothing should be in it. */
static int32_t
add_written(Sandbox *box, bsn_slice bucket, bsn_slice from, bsn_slice to,
	    GPtrArray *keys, bsn_err *err)
{
	const guint64 ordered =
		g_hash_table_size(box->entries) / ORDERED_KEYS;
	int32_t status =
		sandbox_count(box, ordered * SANDBOX_WORK_BYTES, err);
	g_autoptr(GPtrArray) entries = NULL;

	if (status != BSN_OK)
		return status;
	entries = sandbox_sorted(box, TRUE);
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = entries->pdata[i];
		bsn_slice key = entry_key(entry);

		if (bsn_slice_equal(entry_bucket(entry), bucket) &&
		    in_range(key, from, to))
			g_ptr_array_add(keys, g_bytes_new(key.data, key.len));
	}
	return BSN_OK;
}

static gint
compare_keys(gconstpointer a, gconstpointer b)
{
	return g_bytes_compare(*(GBytes *const *)a, *(GBytes *const *)b);
}

static int32_t
give_key(Sandbox *box, bsn_slice bucket, GBytes *bytes, SandboxScan *scan,
	 bsn_err *err)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	bsn_slice key = bsn_slice_of(data, len);
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = sandbox_get(box, bucket, key, value, err);

	if (status == BSN_NOT_FOUND) /* the transaction deleted it */
		return BSN_OK;
	if (status != BSN_OK)
		return status;
	return scan->item(scan, key, bsn_slice_of(value->data, value->len));
}

/* Gives a page's keys, and those that the transaction itself has in its range. */
static int32_t
give_page(Sandbox *box, bsn_slice bucket, bsn_slice from, bsn_slice to,
	  GPtrArray *keys, SandboxScan *scan, bsn_err *err)
{
	int32_t status = add_written(box, bucket, from, to, keys, err);

	g_ptr_array_sort(keys, compare_keys);
	for (guint i = 0; i < keys->len && status == BSN_OK; i++)
		if (i == 0 || !g_bytes_equal(keys->pdata[i - 1],
					     keys->pdata[i]))
			status = give_key(box, bucket, keys->pdata[i], scan,
					  err);
	return status;
}

/* Where the next page begins: the first key that can be behind the last one. */
static void
turn_page(const GPtrArray *keys, GByteArray *next)
{
	gsize len;
	const guint8 *last =
		g_bytes_get_data(keys->pdata[keys->len - 1], &len);

	g_byte_array_set_size(next, 0);
	g_byte_array_append(next, last, (guint)len);
	g_byte_array_append(next, (const guint8 *)"", 1);
}

static int32_t
scan_page(Sandbox *box, bsn_slice bucket, GByteArray *from, bsn_slice to,
	  SandboxScan *scan, gboolean *more, bsn_err *err)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	g_autoptr(GByteArray) begin = g_byte_array_new();
	Found found = { { take_key }, box, keys };
	int32_t status;

	g_byte_array_append(begin, from->data, from->len);
	status = xmodel_scan(box->below, bucket, buffer_slice(begin), to,
			     &found.scan, err);
	if (status == BSN_OUT_OF_BUDGET)
		return sandbox_count(box, 0, err);
	*more = status == PAGE_FULL;
	if (status != BSN_OK && !*more)
		return status;
	if (*more)
		turn_page(keys, from);
	return give_page(box, bucket, buffer_slice(begin),
			 *more ? buffer_slice(from) : to, keys, scan, err);
}

int32_t
sandbox_scan(Sandbox *box, bsn_slice bucket, bsn_slice from, bsn_slice to,
	     SandboxScan *scan, bsn_err *err)
{
	g_autoptr(GByteArray) next = g_byte_array_new();
	gboolean more = TRUE;
	int32_t status = BSN_OK;

	box->unversioned = TRUE;
	if (from.len > 0)
		g_byte_array_append(next, from.data, (guint)from.len);
	while (more && status == BSN_OK)
		status = scan_page(box, bucket, next, to, scan, &more, err);
	return status;
}
