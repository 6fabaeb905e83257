/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC messages: what the scanner takes for JSON is JSON for jansson as
 * well, and each request and id that it found is a value by itself.
 */
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include "host/gateway/rpc_scan.h"

#define ITEMS_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* jansson knows fewer numbers: those too large for it are no difference. */
static gboolean
is_json(const uint8_t *data, size_t size)
{
	json_error_t error;
	json_t *value = json_loadb((const char *)data, size,
				   JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	gboolean ok = value != NULL ||
		      json_error_code(&error) == json_error_numeric_overflow;

	json_decref(value);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(RpcItem));
	RpcShape shape = rpc_scan(data, size, ITEMS_MAX, items);

	if (shape == RPC_NOT_JSON)
		return 0;
	g_assert_true(is_json(data, size));
	for (guint i = 0; i < items->len; i++) {
		const RpcItem *item = &g_array_index(items, RpcItem, i);

		g_assert_true(is_json(data + item->text.at, item->text.len));
		if (item->id.len > 0)
			g_assert_true(
				is_json(data + item->id.at, item->id.len));
		g_assert_true(!item->valid || item->method.len > 0);
	}
	return 0;
}
