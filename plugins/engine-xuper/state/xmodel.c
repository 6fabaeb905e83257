/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/state/xmodel.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* 'X', the bucket's length, bucket, key. */
#define KEY_ROOM (2u + XMODEL_BUCKET_MAX + XMODEL_KEY_MAX)
G_STATIC_ASSERT(KEY_ROOM < BSN_STORE_KEY_MAX);
#define VERSION_LEN (HASH_LEN + 4u)

gboolean
xmodel_is_deleted(bsn_slice value)
{
	return bsn_slice_equal(value, bsn_slice_of(XMODEL_DELETED,
						   XMODEL_DELETED_LEN));
}

gboolean
xversion_equal(const XVersion *a, const XVersion *b)
{
	if (!a->there || !b->there)
		return a->there == b->there;
	return a->offset == b->offset && memcmp(a->txid, b->txid, HASH_LEN) == 0;
}

gboolean
xmodel_fits(bsn_slice bucket, bsn_slice key, bsn_slice value)
{
	return bucket.len <= XMODEL_BUCKET_MAX && key.len <= XMODEL_KEY_MAX &&
	       value.len <= XMODEL_VALUE_MAX;
}

static int32_t
too_large(bsn_err *err)
{
	return bsn_fail(err, BSN_TOO_LARGE,
			"a bucket's name has %u bytes at most, a key %u",
			XMODEL_BUCKET_MAX, XMODEL_KEY_MAX);
}

/* Both of them fit. */
static bsn_slice
key_write(guint8 room[KEY_ROOM], bsn_slice bucket, bsn_slice key)
{
	room[0] = 'X';
	room[1] = (guint8)bucket.len;
	if (bucket.len > 0)
		memcpy(room + 2, bucket.data, bucket.len);
	if (key.len > 0)
		memcpy(room + 2 + bucket.len, key.data, key.len);
	return bsn_slice_of(room, 2 + bucket.len + key.len);
}

static int32_t
value_read(bsn_slice stored, XVersion *version, bsn_slice *value, bsn_err *err)
{
	Wire wire = wire_of(stored);
	bsn_slice txid = wire_bytes(&wire, HASH_LEN);

	version->offset = (gint32)wire_u32(&wire);
	if (wire.bad)
		return bsn_fail(err, BSN_E_CORRUPT,
				"a value of the state has no version");
	version->there = TRUE;
	memcpy(version->txid, txid.data, HASH_LEN);
	*value = wire.rest;
	return BSN_OK;
}

int32_t
xmodel_get(Layer *layer, bsn_slice bucket, bsn_slice key, XVersion *version,
	   GByteArray *value, bsn_err *err)
{
	guint8 room[KEY_ROOM];
	g_autoptr(GByteArray) own = value == NULL ? g_byte_array_new() : NULL;
	GByteArray *stored = value != NULL ? value : own;
	bsn_slice written;
	int32_t status;

	*version = (XVersion){ 0 };
	g_byte_array_set_size(stored, 0);
	if (!xmodel_fits(bucket, key, bsn_slice_of(NULL, 0)))
		return too_large(err);
	status = layer_get(layer, key_write(room, bucket, key), stored, err);
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	status = value_read(buffer_slice(stored), version, &written, err);
	if (status == BSN_OK)
		g_byte_array_remove_range(stored, 0, VERSION_LEN);
	return status;
}

void
xmodel_put(Layer *layer, bsn_slice bucket, bsn_slice key,
	   const XVersion *version, bsn_slice value)
{
	guint8 room[KEY_ROOM];
	g_autoptr(GByteArray) stored =
		g_byte_array_sized_new(VERSION_LEN + (guint)value.len);

	g_assert(xmodel_fits(bucket, key, value));
	g_byte_array_append(stored, version->txid, HASH_LEN);
	wire_put(stored, (guint32)version->offset, 4);
	wire_put_bytes(stored, value);
	layer_put(layer, key_write(room, bucket, key), buffer_slice(stored));
}

/* ---- scans ---- */

typedef struct {
	bsn_scan_sink sink;
	XScan *scan;
	gsize prefix; /* bytes before the key */
	bsn_err *err;
} Walk;

static int32_t
give(bsn_scan_sink *sink, bsn_slice key, bsn_slice stored)
{
	Walk *walk = (Walk *)sink;
	XVersion version = { 0 };
	bsn_slice value;
	int32_t status = value_read(stored, &version, &value, walk->err);

	if (status != BSN_OK)
		return status;
	key = bsn_slice_of(key.data + walk->prefix, key.len - walk->prefix);
	return walk->scan->item(walk->scan, key, &version, value);
}

/* A key of the range's may be longer than any that is there: what is cut off
 * makes no difference but that the cut one itself is before it. */
static bsn_slice
bound(guint8 room[KEY_ROOM + 1], bsn_slice bucket, bsn_slice key)
{
	const gboolean cut = key.len > XMODEL_KEY_MAX;
	bsn_slice written;

	key.len = MIN(key.len, XMODEL_KEY_MAX);
	written = key_write(room, bucket, key);
	if (cut)
		room[written.len++] = 0;
	return written;
}

/* The first key behind all of a bucket's. */
static bsn_slice
bucket_end(guint8 room[KEY_ROOM + 1], bsn_slice bucket)
{
	bsn_slice end = key_write(room, bucket, bsn_slice_of(NULL, 0));

	while (room[end.len - 1] == 0xff)
		end.len--;
	room[end.len - 1]++;
	return end;
}

int32_t
xmodel_scan(Layer *layer, bsn_slice bucket, bsn_slice from, bsn_slice to,
	    XScan *scan, bsn_err *err)
{
	guint8 from_room[KEY_ROOM + 1], to_room[KEY_ROOM + 1];
	Walk walk = { { give }, scan, 2 + bucket.len, err };

	if (bucket.len > XMODEL_BUCKET_MAX)
		return too_large(err);
	return layer_scan(layer, bound(from_room, bucket, from),
			  to.len > 0 ? bound(to_room, bucket, to)
				     : bucket_end(to_room, bucket),
			  0, &walk.sink, err);
}
