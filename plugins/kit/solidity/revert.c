/* SPDX-License-Identifier: Apache-2.0
 *
 * What a contract reverted with, in words ("Contract ABI Specification",
 * "Errors"; "Control Structures", "Panic via assert").
 */
#include "plugins/kit/solidity/interface.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/solidity/decode.h"
#include "plugins/kit/solidity/signature.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

/* Bytes of unknown revert data that are shown. */
#define SHOWN_BYTES 64u

static const struct {
	guint64 code;
	const char *sentence;
} panics[] = {
	{ 0x00, "the compiler inserted a panic" },
	{ 0x01, "an assertion failed" },
	{ 0x11, "an arithmetic operation overflowed or underflowed" },
	{ 0x12, "a division or modulo by zero" },
	{ 0x21, "a number that is no member of the enum was converted to it" },
	{ 0x22, "a byte array in storage is encoded wrongly" },
	{ 0x31, "pop was called on an empty array" },
	{ 0x32, "an index is out of bounds" },
	{ 0x41, "too much memory was allocated, or an array is too large" },
	{ 0x51, "a function variable that was never set was called" },
};

static gboolean
has_selector(bsn_slice data, const char *signature, const bsn_hash *hash)
{
	guint8 digest[ABI_TOPIC_LEN];

	return data.len >= ABI_SELECTOR_LEN &&
	       abi_signature_digest(signature, hash, digest, NULL) == BSN_OK &&
	       memcmp(data.data, digest, ABI_SELECTOR_LEN) == 0;
}

static bsn_slice
arguments(bsn_slice data)
{
	return bsn_slice_of(data.data + ABI_SELECTOR_LEN,
			    data.len - ABI_SELECTOR_LEN);
}

/* The one argument of Error(string) and Panic(uint256) as JSON; NULL when the
 * data is no such thing. */
static json_t *
decode_only(bsn_slice data, const char *signature)
{
	gsize name;
	g_autoptr(AbiType) params =
		abi_signature_parse(bsn_slice_str(signature), &name, NULL);
	g_autoptr(json_t) values = abi_decode(params, arguments(data), NULL);

	return json_incref(json_array_get(values, 0));
}

static char *
error_reason(bsn_slice data)
{
	g_autoptr(json_t) text = decode_only(data, "Error(string)");

	if (text == NULL)
		return NULL;
	if (json_string_length(text) == 0)
		return g_strdup("the contract reverted with an empty reason");
	return g_strdup(json_string_value(text));
}

static char *
panic_reason(bsn_slice data)
{
	g_autoptr(json_t) value = decode_only(data, "Panic(uint256)");
	guint64 code;

	if (value == NULL)
		return NULL;
	code = g_ascii_strtoull(json_string_value(value), NULL, 10);
	for (gsize i = 0; i < G_N_ELEMENTS(panics); i++)
		if (panics[i].code == code)
			return g_strdup_printf("panic 0x%02x: %s", (guint)code,
					       panics[i].sentence);
	return g_strdup_printf("panic %s", json_string_value(value));
}

static char *
custom_reason(const AbiInterface *interface, bsn_slice data)
{
	for (guint i = 0; interface != NULL && i < interface->errors->len;
	     i++) {
		const AbiFunction *error = interface->errors->pdata[i];
		g_autoptr(json_t) args = NULL;
		g_autofree char *text = NULL;

		if (data.len < ABI_SELECTOR_LEN ||
		    memcmp(data.data, error->selector, ABI_SELECTOR_LEN) != 0)
			continue;
		args = abi_decode_named(error->inputs, arguments(data), NULL);
		if (args == NULL)
			return NULL;
		if (json_object_size(args) == 0)
			return g_strdup(error->name);
		text = json_text(args);
		return g_strdup_printf("%s %s", error->name, text);
	}
	return NULL;
}

static char *
raw_reason(bsn_slice data)
{
	g_autofree char *hex =
		hex_encode(bsn_slice_of(data.data, MIN(data.len, SHOWN_BYTES)));

	if (data.len == 0)
		return g_strdup("the contract reverted without a reason");
	return g_strdup_printf("the contract reverted with %s%s", hex,
			       data.len > SHOWN_BYTES ? "..." : "");
}

/* One line that fits a reason text; takes the text. */
static char *
one_line(char *text)
{
	g_autofree char *whole = text;
	g_autofree char *cut = g_strndup(whole, BSN_REASON_MAX - 1);
	const char *end;

	/* Cutting may leave half a character at the end. */
	if (!g_utf8_validate(cut, -1, &end))
		cut[end - cut] = '\0';
	for (char *at = cut; *at != '\0'; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	return g_steal_pointer(&cut);
}

char *
abi_revert_reason(const AbiInterface *interface, const bsn_hash *hash,
		  bsn_slice data)
{
	char *reason = NULL;

	if (has_selector(data, "Error(string)", hash))
		reason = error_reason(data);
	else if (has_selector(data, "Panic(uint256)", hash))
		reason = panic_reason(data);
	else
		reason = custom_reason(interface, data);
	return one_line(reason != NULL ? reason : raw_reason(data));
}
