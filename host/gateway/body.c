/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/body.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/hex.h"
#include "host/gateway/json.h"
#include "host/gateway/submit_scan.h"
#include "identity/key_certificate.h"

int32_t
body_decode(const void *data, gsize len, const JsonField *fields, gsize size,
	    void *out, bsn_err *err)
{
	json_t **document = out;
	int32_t status;

	memset(out, 0, size);
	status = json_decode(data, len, document, err);
	if (status == BSN_OK)
		status = json_read(*document, "", fields, out, err);
	return status;
}

void
body_clear(const JsonField *fields, void *body)
{
	json_t **document = body;

	json_read_clear(fields, body);
	g_clear_pointer(document, json_decref);
}

/* ---- states of chains ---- */

static const JsonField state_fields[] = {
	JSON_FIELD(StateBody, state, FIELD_TEXT, TRUE, BODY_KIND_MAX),
	JSON_FIELD_END,
};

int32_t
state_body_decode(const void *data, gsize len, StateBody *out, bsn_err *err)
{
	int32_t status =
		body_decode(data, len, state_fields, sizeof(*out), out, err);

	if (status != BSN_OK || strcmp(out->state, "open") == 0 ||
	    strcmp(out->state, "closed") == 0)
		return status;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"state: \"%s\" is neither open nor closed", out->state);
}

void
state_body_clear(StateBody *body)
{
	body_clear(state_fields, body);
}

/* ---- keys ---- */

static const JsonField key_fields[] = {
	JSON_FIELD(KeyBody, name, FIELD_TEXT, TRUE, BODY_NAME_MAX),
	JSON_FIELD(KeyBody, algorithm, FIELD_TEXT, TRUE, BODY_NAME_MAX),
	JSON_FIELD(KeyBody, owner, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD_END,
};

int32_t
key_body_decode(const void *data, gsize len, KeyBody *out, bsn_err *err)
{
	return body_decode(data, len, key_fields, sizeof(*out), out, err);
}

void
key_body_clear(KeyBody *body)
{
	body_clear(key_fields, body);
}

static const JsonField key_change_fields[] = {
	JSON_FIELD(KeyChangeBody, owner, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(KeyChangeBody, grant, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(KeyChangeBody, revoke, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(KeyChangeBody, certificate, FIELD_TEXT, FALSE,
		   BODY_CERTIFICATE_MAX),
	JSON_FIELD_END,
};

int32_t
certificate_read(const char *pem, const char *path, GBytes **der, bsn_err *err)
{
	g_autoptr(GError) error = NULL;

	*der = key_certificate_read(pem, strlen(pem), &error);
	if (*der != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "%s: %s", path, error->message);
}

/* A new certificate, or "" for none. */
static int32_t
read_new_certificate(const char *text, GBytes **der, bsn_err *err)
{
	return text == NULL || *text == '\0'
		       ? BSN_OK
		       : certificate_read(text, "certificate", der, err);
}

int32_t
key_change_body_decode(const void *data, gsize len, KeyChangeBody *out,
		       bsn_err *err)
{
	int32_t status =
		body_decode(data, len, key_change_fields, sizeof(*out), out, err);

	if (status != BSN_OK)
		return status;
	if ((out->owner != NULL) + (out->grant != NULL) +
		    (out->revoke != NULL) + (out->certificate != NULL) !=
	    1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"give one of owner, grant, revoke and "
				"certificate");
	return read_new_certificate(out->certificate, &out->der, err);
}

void
key_change_body_clear(KeyChangeBody *body)
{
	body_clear(key_change_fields, body);
	g_clear_pointer(&body->der, g_bytes_unref);
}

static const JsonField node_key_fields[] = {
	JSON_FIELD(NodeKeyBody, certificate, FIELD_TEXT, TRUE,
		   BODY_CERTIFICATE_MAX),
	JSON_FIELD_END,
};

int32_t
node_key_body_decode(const void *data, gsize len, NodeKeyBody *out,
		     bsn_err *err)
{
	int32_t status = body_decode(data, len, node_key_fields, sizeof(*out),
				     out, err);

	return status == BSN_OK ? read_new_certificate(out->certificate,
						       &out->der, err)
				: status;
}

void
node_key_body_clear(NodeKeyBody *body)
{
	body_clear(node_key_fields, body);
	g_clear_pointer(&body->der, g_bytes_unref);
}

static const JsonField user_fields[] = {
	JSON_FIELD(UserBody, name, FIELD_TEXT, TRUE, BODY_NAME_MAX),
	JSON_FIELD(UserBody, organisation, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD_END,
};

int32_t
user_read(json_t *object, const char *path, UserBody *out, bsn_err *err)
{
	memset(out, 0, sizeof(*out));
	return json_read(object, path, user_fields, out, err);
}

/* ---- access tokens ---- */

static const JsonField token_fields[] = {
	JSON_FIELD(TokenBody, name, FIELD_TEXT, TRUE, BODY_NAME_MAX),
	JSON_FIELD(TokenBody, role, FIELD_TEXT, TRUE, BODY_NAME_MAX),
	JSON_FIELD(TokenBody, expires_ms, FIELD_U64, FALSE, 0),
	JSON_FIELD_END,
};

int32_t
token_body_decode(const void *data, gsize len, TokenBody *out, bsn_err *err)
{
	return body_decode(data, len, token_fields, sizeof(*out), out, err);
}

void
token_body_clear(TokenBody *body)
{
	body_clear(token_fields, body);
}

/* ---- snapshots ---- */

static const JsonField snapshot_fields[] = {
	JSON_FIELD(SnapshotBody, height, FIELD_U64, FALSE, 0),
	JSON_FIELD(SnapshotBody, here_only, FIELD_BOOL, FALSE, 0),
	JSON_FIELD_END,
};

int32_t
snapshot_body_decode(const void *data, gsize len, SnapshotBody *out,
		     bsn_err *err)
{
	return body_decode(data, len, snapshot_fields, sizeof(*out), out, err);
}

void
snapshot_body_clear(SnapshotBody *body)
{
	body_clear(snapshot_fields, body);
}

static const JsonField snapshot_join_fields[] = {
	JSON_FIELD(SnapshotJoinBody, hash, FIELD_HEX, FALSE, BSN_ID_MAX),
	JSON_FIELD_END,
};

int32_t
snapshot_join_body_decode(const void *data, gsize len, SnapshotJoinBody *out,
			  bsn_err *err)
{
	return body_decode(data, len, snapshot_join_fields, sizeof(*out), out,
			   err);
}

void
snapshot_join_body_clear(SnapshotJoinBody *body)
{
	body_clear(snapshot_join_fields, body);
}

/* ---- contract check ---- */

static const JsonField check_fields[] = {
	JSON_FIELD(CheckBody, code, FIELD_HEX, TRUE, BODY_BLOB_MAX),
	JSON_FIELD(CheckBody, options, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD_END,
};

int32_t
check_body_decode(const void *data, gsize len, CheckBody *out, bsn_err *err)
{
	int32_t status =
		body_decode(data, len, check_fields, sizeof(*out), out, err);

	if (status == BSN_OK)
		out->options_text = json_write_or(out->options, "{}");
	return status;
}

void
check_body_clear(CheckBody *body)
{
	body_clear(check_fields, body);
	g_clear_pointer(&body->options_text, g_free);
}

/* ---- compiling ---- */

static const JsonField compile_fields[] = {
	JSON_FIELD(CompileBody, language, FIELD_TEXT, TRUE, BODY_KIND_MAX),
	JSON_FIELD(CompileBody, files, FIELD_OBJECT, TRUE, BODY_FILES_MAX),
	JSON_FIELD(CompileBody, options, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD_END,
};

int32_t
compile_body_decode(const void *data, gsize len, CompileBody *out, bsn_err *err)
{
	int32_t status =
		body_decode(data, len, compile_fields, sizeof(*out), out, err);

	if (status == BSN_OK)
		out->text = json_write_or(out->document, "{}");
	return status;
}

void
compile_body_clear(CompileBody *body)
{
	body_clear(compile_fields, body);
	g_clear_pointer(&body->text, g_free);
}

/* ---- signing ---- */

static const JsonField sign_fields[] = {
	JSON_FIELD(SignBody, state, FIELD_HEX, TRUE, BODY_BLOB_MAX),
	JSON_FIELD(SignBody, signature, FIELD_HEX, FALSE, BODY_SIGNATURE_MAX),
	JSON_FIELD(SignBody, message, FIELD_HEX, FALSE, BODY_BLOB_MAX),
	JSON_FIELD(SignBody, convention, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD(SignBody, signer, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD_END,
};

static int32_t
read_convention(SignBody *out, bsn_err *err)
{
	static const char *const words[] = { "standard", "prehashed", "digest" };
	static const guint32 values[] = { BSN_SIGN_STANDARD, BSN_SIGN_PREHASHED,
					  BSN_SIGN_DIGEST };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_strcmp0(out->convention, words[i]) == 0) {
			out->sign_convention = values[i];
			return BSN_OK;
		}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"convention: give that of the round: standard, "
			"prehashed or digest");
}

static int32_t
judge_sign(SignBody *out, bsn_err *err)
{
	const gboolean round = out->message != NULL || out->convention != NULL;

	if (out->signer == NULL && out->signature != NULL && !round)
		return BSN_OK;
	if (out->signer == NULL || out->signature != NULL ||
	    out->message == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"give signature, or signer with the round's "
				"message and convention");
	return read_convention(out, err);
}

int32_t
sign_body_decode(const void *data, gsize len, SignBody *out, bsn_err *err)
{
	const int32_t status =
		body_decode(data, len, sign_fields, sizeof(*out), out, err);

	return status == BSN_OK ? judge_sign(out, err) : status;
}

void
sign_body_clear(SignBody *body)
{
	body_clear(sign_fields, body);
}

/* ---- submission ---- */

typedef struct {
	GBytes *tx;
} OneTx;

static const JsonField tx_fields[] = {
	JSON_FIELD(OneTx, tx, FIELD_HEX, TRUE, BODY_BLOB_MAX),
	JSON_FIELD_END,
};

static int32_t
read_tx(SubmitBody *out, bsn_err *err)
{
	OneTx one = { NULL };
	int32_t status = json_read(out->document, "", tx_fields, &one, err);

	if (status != BSN_OK) {
		json_read_clear(tx_fields, &one);
		return status;
	}
	out->txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_ptr_array_add(out->txs, one.tx);
	out->count = 1;
	return BSN_OK;
}

/* The one member of a batch, with at least one item and not too many. */
static int32_t
read_list(const SubmitBody *body, const char *name, guint max, json_t **out,
	  bsn_err *err)
{
	const JsonField fields[] = {
		{ name, FIELD_ARRAY, TRUE, max, 0 },
		JSON_FIELD_END,
	};
	int32_t status = json_read(body->document, "", fields, out, err);

	if (status == BSN_OK && json_array_size(*out) == 0)
		status =
			bsn_fail(err, BSN_BAD_REQUEST, "%s: it is empty", name);
	return status;
}

static int32_t
read_txs(SubmitBody *out, guint max, bsn_err *err)
{
	json_t *list = NULL;
	int32_t status = read_list(out, "txs", max, &list, err);

	if (status != BSN_OK)
		return status;
	out->batch = TRUE;
	out->txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (; out->count < json_array_size(list); out->count++) {
		const json_t *item = json_array_get(list, out->count);
		const char *why = "a string of hexadecimal digits after 0x is "
				  "needed";
		GBytes *tx = NULL;

		if (json_is_string(item))
			tx = hex_decode(json_string_value(item), BODY_BLOB_MAX,
					&why);
		if (tx == NULL)
			return bsn_fail(err, BSN_BAD_REQUEST, "txs[%u]: %s",
					out->count, why);
		g_ptr_array_add(out->txs, tx);
	}
	return BSN_OK;
}

static int32_t
read_requests(SubmitBody *out, guint max, bsn_err *err)
{
	json_t *list = NULL;
	int32_t status = read_list(out, "requests", max, &list, err);

	if (status != BSN_OK)
		return status;
	out->batch = TRUE;
	out->requests = g_new0(Words, json_array_size(list));
	while (status == BSN_OK && out->count < json_array_size(list)) {
		char path[32];

		g_snprintf(path, sizeof(path), "requests[%u]", out->count);
		status = words_read(json_array_get(list, out->count), path,
				    WORDS_TO_SUBMIT, &out->requests[out->count],
				    err);
		out->count++;
	}
	return status;
}

static int32_t
read_request(SubmitBody *out, bsn_err *err)
{
	out->requests = g_new0(Words, 1);
	out->count = 1;
	return words_read(out->document, "", WORDS_TO_SUBMIT, out->requests,
			  err);
}

int32_t
submit_body_decode(const void *data, gsize len, guint batch_max,
		   SubmitBody *out, bsn_err *err)
{
	int32_t status;

	memset(out, 0, sizeof(*out));
	out->txs = submit_scan(data, len, batch_max);
	if (out->txs != NULL) {
		out->batch = TRUE;
		out->count = out->txs->len;
		return BSN_OK;
	}
	status = json_decode(data, len, &out->document, err);
	if (status != BSN_OK)
		return status;
	if (json_object_get(out->document, "tx") != NULL)
		return read_tx(out, err);
	if (json_object_get(out->document, "txs") != NULL)
		return read_txs(out, batch_max, err);
	if (json_object_get(out->document, "requests") != NULL)
		return read_requests(out, batch_max, err);
	return read_request(out, err);
}

void
submit_body_clear(SubmitBody *body)
{
	g_clear_pointer(&body->txs, g_ptr_array_unref);
	for (guint i = 0; body->requests != NULL && i < body->count; i++)
		words_clear(&body->requests[i]);
	g_clear_pointer(&body->requests, g_free);
	g_clear_pointer(&body->document, json_decref);
}
