/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/params.h"

#include <string.h>

#include "plugins/engine-fisco/records.h"
#include "plugins/kit/hex.h"

#define WHERE_MAX 64u

typedef struct {
	char text[WHERE_MAX];
} Where;

static Where
where_of(guint index, const char *what)
{
	Where where;

	(void)g_snprintf(where.text, sizeof(where.text), "params[%u] (%s)",
			 index, what);
	return where;
}

static gboolean
bad(RpcCall *call, const char *where, const char *problem)
{
	rpc_fail(call, RPC_INVALID_PARAMS, "%s %s", where, problem);
	return FALSE;
}

gboolean
params_count(RpcCall *call, guint min, guint max)
{
	gsize n = json_array_size(call->params);

	while (n > 0 && json_is_null(json_array_get(call->params, n - 1)))
		n--;
	if (n >= min && n <= max)
		return TRUE;
	if (min == max)
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "%s takes %u parameters, got %" G_GSIZE_FORMAT,
			 call->method, min, n);
	else
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "%s takes %u to %u parameters, got %" G_GSIZE_FORMAT,
			 call->method, min, max, n);
	return FALSE;
}

const json_t *
params_at(const RpcCall *call, guint index)
{
	const json_t *value = json_array_get(call->params, index);

	return json_is_null(value) ? NULL : value;
}

/* ---- values ------------------------------------------------------------ */

/* The digits of "0x..", or NULL. */
static const char *
hex_digits(const json_t *value, gsize *len)
{
	const char *text = json_string_value(value);

	if (text == NULL || strncmp(text, "0x", 2) != 0)
		return NULL;
	*len = json_string_length(value) - 2;
	return text + 2;
}

/* EIP-1474: at least one digit, no leading zeros. */
static const char *
quantity_digits(const json_t *value, gsize *len)
{
	const char *digits = hex_digits(value, len);

	if (digits == NULL || *len == 0 || (*len > 1 && digits[0] == '0'))
		return NULL;
	for (gsize i = 0; i < *len; i++)
		if (!g_ascii_isxdigit(digits[i]))
			return NULL;
	return digits;
}

gboolean
param_quantity(RpcCall *call, const json_t *value, const char *where,
	       guint64 *out)
{
	gsize len = 0;
	const char *digits = quantity_digits(value, &len);

	if (digits == NULL)
		return bad(call, where,
			   "must be a quantity: \"0x\" and hexadecimal digits "
			   "without leading zeros, e.g. \"0x1f\"");
	if (len > 16)
		return bad(call, where, "is over 64 bits");
	*out = g_ascii_strtoull(digits, NULL, 16);
	return TRUE;
}

gboolean
param_integer(RpcCall *call, const json_t *value, const char *where,
	      guint8 *out)
{
	char padded[64];
	gsize len = 0;
	const char *digits = quantity_digits(value, &len);

	if (digits == NULL || len > sizeof(padded))
		return bad(call, where,
			   "must be a quantity of up to 256 bits: \"0x\" and "
			   "hexadecimal digits without leading zeros");
	memset(padded, '0', sizeof(padded));
	memcpy(padded + sizeof(padded) - len, digits, len);
	return hex_decode_fixed(padded, sizeof(padded), out, 32);
}

gboolean
param_data(RpcCall *call, const json_t *value, const char *where, guint64 max,
	   GByteArray *out)
{
	gsize len = 0;
	const char *digits = hex_digits(value, &len);

	if (digits != NULL && len / 2 > max) {
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "%s has %" G_GSIZE_FORMAT
			 " bytes; at most %" G_GUINT64_FORMAT " are taken",
			 where, len / 2, max);
		return FALSE;
	}
	if (digits == NULL || !hex_decode(digits, len, out))
		return bad(call, where,
			   "must be data: \"0x\" and two hexadecimal digits "
			   "for each byte");
	return TRUE;
}

gboolean
param_fixed(RpcCall *call, const json_t *value, const char *where, guint8 *out,
	    gsize len)
{
	gsize digits_len = 0;
	const char *digits = hex_digits(value, &digits_len);

	if (digits != NULL && hex_decode_fixed(digits, digits_len, out, len))
		return TRUE;
	rpc_fail(call, RPC_INVALID_PARAMS,
		 "%s must be %" G_GSIZE_FORMAT
		 " bytes: \"0x\" and %" G_GSIZE_FORMAT " hexadecimal digits",
		 where, len, 2 * len);
	return FALSE;
}

/* ---- by position ------------------------------------------------------- */

gboolean
params_quantity(RpcCall *call, guint index, const char *what, guint64 *out)
{
	const Where where = where_of(index, what);

	return param_quantity(call, params_at(call, index), where.text, out);
}

gboolean
params_data(RpcCall *call, guint index, const char *what, guint64 max,
	    GByteArray *out)
{
	const Where where = where_of(index, what);

	return param_data(call, params_at(call, index), where.text, max, out);
}

gboolean
params_hash(RpcCall *call, guint index, const char *what, guint8 *out)
{
	const Where where = where_of(index, what);

	return param_fixed(call, params_at(call, index), where.text, out,
			   HASH_LEN);
}

gboolean
params_address(RpcCall *call, guint index, const char *what, guint8 *out)
{
	const Where where = where_of(index, what);

	return param_fixed(call, params_at(call, index), where.text, out,
			   ADDRESS_LEN);
}

gboolean
params_bool(RpcCall *call, guint index, const char *what, gboolean fallback)
{
	const json_t *value = params_at(call, index);
	const Where where = where_of(index, what);

	if (value == NULL)
		return fallback;
	if (!json_is_boolean(value))
		bad(call, where.text, "must be true or false");
	return json_is_true(value);
}

/* ---- blocks ------------------------------------------------------------ */

static gboolean
block_by_tag(const Ledger *ledger, const char *tag, RpcBlock *out)
{
	static const char *const newest[] = { "latest", "safe", "finalized",
					      "pending", NULL };

	out->number = ledger->durable.number;
	out->pending = strcmp(tag, "pending") == 0;
	if (g_strv_contains(newest, tag))
		return TRUE;
	out->number = 0;
	return strcmp(tag, "earliest") == 0;
}

static int32_t
block_by_hash(RpcCall *call, const json_t *value, const char *where,
	      RpcBlock *out)
{
	guint8 hash[HASH_LEN];
	int32_t status;

	if (!param_fixed(call, value, where, hash, HASH_LEN))
		return BSN_BAD_REQUEST;
	status = number_load(call->ledger->chain, hash, &out->number);
	if (status == BSN_OK && out->number > call->ledger->durable.number)
		return BSN_NOT_FOUND;
	if (status < 0)
		rpc_fail(call, RPC_INTERNAL, "the index cannot be read");
	return status;
}

/* EIP-1898. */
static int32_t
block_by_object(RpcCall *call, const json_t *value, const char *where,
		RpcBlock *out)
{
	const json_t *hash = json_object_get(value, "blockHash");
	const json_t *number = json_object_get(value, "blockNumber");

	if ((hash == NULL) == (number == NULL)) {
		bad(call, where,
		    "must have blockHash or blockNumber, and not both");
		return BSN_BAD_REQUEST;
	}
	if (hash != NULL)
		return block_by_hash(call, hash, where, out);
	return param_block(call, number, where, out);
}

static int32_t
block_by_text(RpcCall *call, const json_t *value, const char *where,
	      RpcBlock *out)
{
	if (block_by_tag(call->ledger, json_string_value(value), out))
		return BSN_OK;
	if (json_string_length(value) == 2 + 2 * HASH_LEN)
		return block_by_hash(call, value, where, out);
	if (!param_quantity(call, value, where, &out->number))
		return BSN_BAD_REQUEST;
	return out->number <= call->ledger->durable.number ? BSN_OK
							   : BSN_NOT_FOUND;
}

int32_t
param_block(RpcCall *call, const json_t *value, const char *where,
	    RpcBlock *out)
{
	*out = (RpcBlock){ .number = call->ledger->durable.number };
	if (value == NULL)
		return BSN_OK;
	if (json_is_string(value))
		return block_by_text(call, value, where, out);
	if (json_is_object(value))
		return block_by_object(call, value, where, out);
	bad(call, where,
	    "must be a block number, a block hash or one of latest, safe, "
	    "finalized, earliest and pending");
	return BSN_BAD_REQUEST;
}

int32_t
params_block(RpcCall *call, guint index, RpcBlock *out)
{
	const Where where = where_of(index, "block");

	return param_block(call, params_at(call, index), where.text, out);
}
