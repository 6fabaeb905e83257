/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/digest_json.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

/* ---- Go's JSON ---- */

static void
put_char(GString *out, guchar c)
{
	switch (c) {
	case '"':
	case '\\':
		g_string_append_c(out, '\\');
		g_string_append_c(out, (gchar)c);
		break;
	case '\n':
		g_string_append(out, "\\n");
		break;
	case '\r':
		g_string_append(out, "\\r");
		break;
	case '\t':
		g_string_append(out, "\\t");
		break;
	default: /* a byte, not a value of ours */
		if (c < 0x20 || c == '<' || c == '>' || c == '&')
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_c(out, (gchar)c);
	}
}

/* U+2028 and U+2029, which JavaScript once took for the end of a line. */
static gboolean
is_separator(const char *at)
{
	return (guchar)at[0] == 0xe2 && (guchar)at[1] == 0x80 &&
	       ((guchar)at[2] == 0xa8 || (guchar)at[2] == 0xa9);
}

static void
put_text(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text != '\0'; text++) {
		if (!is_separator(text)) {
			put_char(out, (guchar)*text);
			continue;
		}
		g_string_append(out, (guchar)text[2] == 0xa8 ? "\\u2028" :
							       "\\u2029");
		text += 2;
	}
	g_string_append_c(out, '"');
}

static void
put_bytes(GString *out, ProtobufCBinaryData bytes)
{
	g_autofree char *text = g_base64_encode(bytes.data, bytes.len);

	g_string_append_printf(out, "\"%s\"", text);
}

static void
put_int(GString *out, gint64 value)
{
	g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
}

static void
end(GString *out)
{
	g_string_append_c(out, '\n');
}

/* Begins a member of a structure that has some already, or not. */
static void
name(GString *out, const char *member)
{
	if (out->str[out->len - 1] != '{')
		g_string_append_c(out, ',');
	g_string_append_printf(out, "\"%s\":", member);
}

/* ---- values on lines of their own ---- */

static void
line_text(GString *out, const char *text)
{
	put_text(out, text);
	end(out);
}

static void
line_bytes(GString *out, ProtobufCBinaryData bytes)
{
	if (bytes.len == 0)
		return;
	put_bytes(out, bytes);
	end(out);
}

static void
line_int(GString *out, gint64 value)
{
	put_int(out, value);
	end(out);
}

static void
line_bool(GString *out, gboolean value)
{
	g_string_append(out, value ? "true\n" : "false\n");
}

/* ---- structures ---- */

static void
member_text(GString *out, const char *member, const char *text)
{
	if (text[0] == '\0')
		return;
	name(out, member);
	put_text(out, text);
}

static void
member_bytes(GString *out, const char *member, ProtobufCBinaryData bytes)
{
	if (bytes.len == 0)
		return;
	name(out, member);
	put_bytes(out, bytes);
}

static void
member_int(GString *out, const char *member, gint64 value)
{
	if (value == 0)
		return;
	name(out, member);
	put_int(out, value);
}

/* A list on a line of its own: each of n items by `put`. */
static void
line_list(GString *out, const void *items, gsize n,
	  void (*put)(GString *out, const void *item))
{
	void *const *list = items;

	for (gsize i = 0; i < n; i++) {
		g_string_append_c(out, i == 0 ? '[' : ',');
		put(out, list[i]);
	}
	g_string_append(out, n == 0 ? "null\n" : "]\n");
}

static void
put_output(GString *out, const void *item)
{
	const Xldgpb__TxOutput *output = item;

	g_string_append_c(out, '{');
	member_bytes(out, "amount", output->amount);
	member_bytes(out, "to_addr", output->to_addr);
	member_int(out, "frozen_height", output->frozen_height);
	g_string_append_c(out, '}');
}

static void
put_args(GString *out, const Xldgpb__InvokeRequest *request)
{
	if (request->n_args == 0)
		return;
	name(out, "args");
	for (gsize i = 0; i < request->n_args; i++) {
		g_string_append_c(out, i == 0 ? '{' : ',');
		put_text(out, request->args[i]->key);
		g_string_append_c(out, ':');
		put_bytes(out, request->args[i]->value);
	}
	g_string_append_c(out, '}');
}

static void
put_limits(GString *out, const Xldgpb__InvokeRequest *request)
{
	if (request->n_resource_limits == 0)
		return;
	name(out, "resource_limits");
	for (gsize i = 0; i < request->n_resource_limits; i++) {
		const Xldgpb__ResourceLimit *limit =
			request->resource_limits[i];

		g_string_append(out, i == 0 ? "[{" : ",{");
		member_int(out, "type", (gint64)limit->type);
		member_int(out, "limit", limit->limit);
		g_string_append_c(out, '}');
	}
	g_string_append_c(out, ']');
}

static void
put_request(GString *out, const void *item)
{
	const Xldgpb__InvokeRequest *request = item;

	g_string_append_c(out, '{');
	member_text(out, "module_name", request->module_name);
	member_text(out, "contract_name", request->contract_name);
	member_text(out, "method_name", request->method_name);
	put_args(out, request);
	put_limits(out, request);
	member_text(out, "amount", request->amount);
	g_string_append_c(out, '}');
}

static void
put_sign(GString *out, const void *item)
{
	const Xldgpb__SignatureInfo *sign = item;

	g_string_append_c(out, '{');
	member_text(out, "PublicKey", sign->publickey);
	member_bytes(out, "Sign", sign->sign);
	g_string_append_c(out, '}');
}

static void
put_string(GString *out, const void *item)
{
	put_text(out, item);
}

/* ---- the transaction ---- */

static void
put_inputs(GString *out, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_inputs; i++) {
		const Xldgpb__TxInput *input = msg->tx_inputs[i];

		line_bytes(out, input->ref_txid);
		line_int(out, input->ref_offset);
		line_bytes(out, input->from_addr);
		line_bytes(out, input->amount);
		line_int(out, input->frozen_height);
	}
}

static void
put_xmodel(GString *out, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *read = msg->tx_inputs_ext[i];

		line_text(out, read->bucket);
		line_bytes(out, read->key);
		line_bytes(out, read->ref_txid);
		line_int(out, read->ref_offset);
	}
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *write = msg->tx_outputs_ext[i];

		line_text(out, write->bucket);
		line_bytes(out, write->key);
		line_bytes(out, write->value);
	}
}

static void
put_core(GString *out, const Xldgpb__Transaction *msg)
{
	put_inputs(out, msg);
	line_list(out, msg->tx_outputs, msg->n_tx_outputs, put_output);
	line_bytes(out, msg->desc);
	line_text(out, msg->nonce);
	line_int(out, msg->timestamp);
	line_int(out, msg->version);
	put_xmodel(out, msg);
	line_list(out, msg->contract_requests, msg->n_contract_requests,
		  put_request);
	line_text(out, msg->initiator);
	line_list(out, msg->auth_require, msg->n_auth_require, put_string);
}

static void
put_signs(GString *out, const Xldgpb__Transaction *msg)
{
	line_list(out, msg->initiator_signs, msg->n_initiator_signs, put_sign);
	line_list(out, msg->auth_require_signs, msg->n_auth_require_signs,
		  put_sign);
}

static bsn_slice
slice(const GString *text)
{
	return bsn_slice_of(text->str, text->len);
}

void
digest_json(const Suite *suite, const Xldgpb__Transaction *msg,
	    guint8 digest[HASH_LEN], guint8 id[HASH_LEN])
{
	GString *core = g_string_new(NULL);
	GString *signs = g_string_new(NULL);
	GString *rest = g_string_new(NULL);
	bsn_slice parts[3];

	put_core(core, msg);
	line_bool(rest, msg->coinbase != 0);
	line_bool(rest, msg->autogen != 0);
	parts[0] = slice(core);
	parts[1] = slice(rest);
	if (digest != NULL)
		suite_double(suite, parts, 2, digest);
	if (id != NULL) {
		put_signs(signs, msg);
		parts[1] = slice(signs);
		parts[2] = slice(rest);
		suite_double(suite, parts, 3, id);
	}
	g_string_free(core, TRUE);
	g_string_free(signs, TRUE);
	g_string_free(rest, TRUE);
}

/* ---- what shows ---- */

gboolean
digest_json_fits(const Xldgpb__Transaction *msg)
{
	gboolean fits = msg->xuper_sign == NULL && msg->hd_info == NULL;

	for (gsize i = 0; i < msg->n_tx_inputs; i++)
		fits = fits && msg->tx_inputs[i]->ref_txid.len > 0 &&
		       msg->tx_inputs[i]->from_addr.len > 0 &&
		       msg->tx_inputs[i]->amount.len > 0;
	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++)
		fits = fits && msg->tx_inputs_ext[i]->key.len > 0;
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++)
		fits = fits && msg->tx_outputs_ext[i]->key.len > 0 &&
		       msg->tx_outputs_ext[i]->value.len > 0;
	return fits;
}
