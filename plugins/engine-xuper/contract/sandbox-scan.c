/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys in order, what the transaction itself wrote among them.
 */
#include "plugins/engine-xuper/contract/sandbox-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* Keys that one scan may come past, deleted ones too: all are held at once, as
 * each becomes a read. */
#define SCAN_MAX SANDBOX_KEYS_MAX

typedef struct {
	XScan scan;
	Sandbox *box;
	GPtrArray *keys; /* GBytes */
} Found;

static int32_t
take_key(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	Found *found = (Found *)scan;

	if (found->keys->len >= SCAN_MAX)
		return BSN_TOO_LARGE;
	/* Those that are gone are come past, too. */
	if (sandbox_count(found->box, 0, NULL) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	if (version->there && !xmodel_is_deleted(value))
		g_ptr_array_add(found->keys, g_bytes_new(key.data, key.len));
	return BSN_OK;
}

static gboolean
is_before(bsn_slice a, bsn_slice b)
{
	gsize both = MIN(a.len, b.len);
	int order = both == 0 ? 0 : memcmp(a.data, b.data, both);

	return order < 0 || (order == 0 && a.len < b.len);
}

static gboolean
in_range(bsn_slice key, bsn_slice from, bsn_slice to)
{
	return !is_before(key, from) && (to.len == 0 || is_before(key, to));
}

static void
add_written(Sandbox *box, bsn_slice bucket, bsn_slice from, bsn_slice to,
	    GPtrArray *keys)
{
	g_autoptr(GPtrArray) entries = sandbox_sorted(box, TRUE);

	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = entries->pdata[i];
		bsn_slice key = entry_key(entry);

		if (bsn_slice_equal(entry_bucket(entry), bucket) &&
		    in_range(key, from, to))
			g_ptr_array_add(keys, g_bytes_new(key.data, key.len));
	}
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

int32_t
sandbox_scan(Sandbox *box, bsn_slice bucket, bsn_slice from, bsn_slice to,
	     SandboxScan *scan, bsn_err *err)
{
	Found found = { { take_key }, box, NULL };
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	int32_t status;

	box->unversioned = TRUE;
	found.keys = keys;
	status = xmodel_scan(box->below, bucket, from, to, &found.scan, err);
	if (status == BSN_TOO_LARGE && keys->len >= SCAN_MAX)
		return bsn_fail(err, status, "a scan comes past at most %u "
				"keys", SCAN_MAX);
	if (status == BSN_OUT_OF_BUDGET)
		return sandbox_count(box, 0, err);
	if (status != BSN_OK)
		return status;
	add_written(box, bucket, from, to, keys);
	g_ptr_array_sort(keys, compare_keys);
	for (guint i = 0; i < keys->len && status == BSN_OK; i++)
		if (i == 0 || !g_bytes_equal(keys->pdata[i - 1],
					     keys->pdata[i]))
			status = give_key(box, bucket, keys->pdata[i], scan,
					  err);
	return status;
}
