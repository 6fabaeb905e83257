/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/amop/declared.h"

#include <string.h>

#include "plugins/engine-fisco/amop/hub-private.h"
#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

#define KEY_DECLARED 'a'

/* ---- entries ----------------------------------------------------------- */

static void
put_key(GBytes *key, GByteArray *out)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(key, &len);
	const guint8 byte = (guint8)len;

	g_byte_array_append(out, &byte, 1);
	g_byte_array_append(out, data, (guint)len);
}

/* NULL when the bytes are no entry. */
static AmopPrivate *
read_entry(const char *topic, bsn_slice bytes)
{
	bsn_slice keys[1 + AMOP_KEYS_MAX];
	guint64 at = 0;
	guint n = 0;

	while (at < bytes.len && n < G_N_ELEMENTS(keys)) {
		const guint64 len = bytes.data[at++];

		if (len == 0 || len > bytes.len - at)
			return NULL;
		keys[n++] = bsn_slice_of(bytes.data + at, len);
		at += len;
	}
	if (n == 0 || at < bytes.len)
		return NULL;
	return amop_private_new(topic, keys[0], keys + 1, n - 1);
}

static GByteArray *
key_of(const char *topic)
{
	GByteArray *key = g_byte_array_new();
	const guint8 kind = KEY_DECLARED;

	g_byte_array_append(key, &kind, 1);
	g_byte_array_append(key, (const guint8 *)topic, (guint)strlen(topic));
	return key;
}

/* ---- the store --------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink;
	AmopHub *hub;
} Loading;

static int32_t
load_one(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const Loading *loading = (const Loading *)sink;
	g_autofree char *topic =
		g_strndup((const char *)key.data + 1, key.len - 1);
	AmopPrivate *private = read_entry(topic, value);

	if (private == NULL)
		return BSN_E_CORRUPT;
	amop_private_declare(loading->hub, private);
	return BSN_OK;
}

int32_t
declared_load(AmopHub *hub, bsn_err *err)
{
	const guint8 from = KEY_DECLARED, to = KEY_DECLARED + 1;
	Loading loading = { { load_one }, hub };
	int32_t status = services.store->scan(
		hub->chain, bsn_slice_of(&from, 1), bsn_slice_of(&to, 1), 0,
		&loading.sink, err);

	if (status == BSN_E_CORRUPT)
		return bsn_fail(err, status,
				"a private topic's keys in the store are no "
				"list of keys");
	return status;
}

int32_t
declared_put(AmopHub *hub, AmopPrivate *private, bsn_err *err)
{
	g_autoptr(GByteArray) key = key_of(private->topic);
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_auto(Batch) batch;
	int32_t status;

	batch_init(&batch, 1);
	put_key(private->owner, value);
	for (guint i = 0; i < private->keys->len; i++)
		put_key(private->keys->pdata[i], value);
	batch_put_borrowed(&batch, buffer_slice(key), buffer_slice(value));
	status = batch_commit(&batch, hub->chain, 0, err);
	if (status == BSN_OK)
		amop_private_declare(hub, private);
	else
		amop_private_free(private);
	return status;
}

int32_t
declared_delete(AmopHub *hub, const char *topic, bsn_err *err)
{
	g_autoptr(GByteArray) key = key_of(topic);
	g_auto(Batch) batch;
	int32_t status;

	batch_init(&batch, 1);
	batch_delete_borrowed(&batch, buffer_slice(key));
	status = batch_commit(&batch, hub->chain, 0, err);
	if (status == BSN_OK)
		amop_private_withdraw(hub, topic);
	return status;
}
