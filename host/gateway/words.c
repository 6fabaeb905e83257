/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in uniform words.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/json.h"
#include "identity/key_certificate.h"

static const JsonField words_fields[] = {
	JSON_FIELD(Words, kind, FIELD_TEXT, FALSE, BODY_KIND_MAX),
	JSON_FIELD(Words, contract, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD(Words, function, FIELD_TEXT, FALSE, BODY_FUNCTION_MAX),
	JSON_FIELD(Words, signer, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD(Words, args, FIELD_VALUES, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(Words, options, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(Words, code, FIELD_HEX, FALSE, BODY_BLOB_MAX),
	JSON_FIELD(Words, public_key, FIELD_HEX, FALSE, BSN_PUBLIC_KEY_MAX),
	JSON_FIELD(Words, certificate, FIELD_TEXT, FALSE, BODY_CERTIFICATE_MAX),
	JSON_FIELD_END,
};

static const struct {
	const char *name;
	guint32 kind;
} kinds[] = {
	{ "invoke", BSN_TX_INVOKE },	   { "deploy", BSN_TX_DEPLOY },
	{ "freeze", BSN_TX_FREEZE },	   { "unfreeze", BSN_TX_UNFREEZE },
	{ "uninstall", BSN_TX_UNINSTALL }, { "member", BSN_TX_MEMBER },
};

/* "requests[2]." before a member's name, or nothing. */
static char *
prefix_of(const char *path)
{
	return path[0] == '\0' ? g_strdup("") : g_strconcat(path, ".", NULL);
}

static int32_t
judge_kind(Words *words, const char *at, bsn_err *err)
{
	if (words->kind == NULL) {
		words->kind = "invoke";
		words->tx_kind = BSN_TX_INVOKE;
		return BSN_OK;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].name, words->kind) == 0)
			words->tx_kind = kinds[i].kind;
	if (words->tx_kind != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%skind: \"%s\" is none of invoke, deploy, freeze, "
			"unfreeze, uninstall, member",
			at, words->kind);
}

/* What the kind cannot do without. */
static int32_t
judge_parts(const Words *words, const char *at, bsn_err *err)
{
	gboolean names = words->tx_kind != BSN_TX_DEPLOY &&
			 words->tx_kind != BSN_TX_MEMBER;
	const char *missing = NULL;

	if (words->tx_kind == BSN_TX_DEPLOY && words->code == NULL)
		missing = "code";
	else if (words->tx_kind == BSN_TX_MEMBER && words->args == NULL)
		missing = "args";
	else if (names && words->contract == NULL)
		missing = "contract";
	else if (words->tx_kind == BSN_TX_INVOKE && words->function == NULL)
		missing = "function";
	if (missing == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s%s: it is missing, and a request of kind %s needs "
			"it",
			at, missing, words->kind);
}

static int32_t
judge_signer(const Words *words, WordsUse use, const char *at, bsn_err *err)
{
	if (words->signer != NULL && words->public_key != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%spublic_key: give it or signer, not both",
				at);
	if (use == WORDS_TO_CALL)
		return BSN_OK;
	if (use == WORDS_TO_PREPARE) {
		if (words->signer != NULL || words->public_key != NULL)
			return BSN_OK;
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%spublic_key: it is missing: give the key "
				"that will sign, or signer",
				at);
	}
	if (words->signer != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%ssigner: it is missing: give a hosted key; to sign "
			"yourself use txs/prepare",
			at);
}

/* A chain that knows people by certificates is shown the one of the key that
 * will sign; a hosted key's lies beside it. */
static int32_t
judge_certificate(Words *words, WordsUse use, const char *at, bsn_err *err)
{
	g_autofree char *path = g_strconcat(at, "certificate", NULL);
	g_autoptr(GError) error = NULL;
	int32_t status;

	if (words->certificate == NULL)
		return BSN_OK;
	if (words->public_key == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: it goes with public_key; a hosted key's "
				"is kept with it (bsnctl id hosted certify)",
				path);
	/* Nothing is signed, so anybody could show anybody's. */
	if (use == WORDS_TO_CALL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: a call is made in the name of who asks, "
				"or of a hosted key: leave it out, or name a "
				"signer",
				path);
	status = certificate_read(words->certificate, path,
				  &words->certificate_der, err);
	if (status != BSN_OK ||
	    key_certificate_judge(words->certificate_der, NULL,
				  g_bytes_get_data(words->public_key, NULL),
				  g_bytes_get_size(words->public_key), &error))
		return status;
	return bsn_fail(err, BSN_BAD_REQUEST, "%s: %s", path, error->message);
}

/* A route of its own for a kind of transaction takes that one alone. */
static int32_t
judge_use(Words *words, WordsUse use, const char *at, bsn_err *err)
{
	const char *only = use == WORDS_TO_DEPLOY   ? "deploy"
			   : use == WORDS_TO_MEMBER ? "member"
						    : NULL;
	int32_t status;

	if (only != NULL && words->kind == NULL)
		words->kind = only;
	status = judge_kind(words, at, err);
	if (status == BSN_OK && only != NULL &&
	    strcmp(words->kind, only) != 0)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "kind: only %s here; use txs", only);
	if (status == BSN_OK && use == WORDS_TO_CALL &&
	    words->tx_kind != BSN_TX_INVOKE)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "kind: a call is always invoke");
	return status;
}

static int32_t
judge_words(Words *words, const char *path, WordsUse use, bsn_err *err)
{
	g_autofree char *at = prefix_of(path);
	int32_t status;

	status = judge_use(words, use, at, err);
	if (status == BSN_OK)
		status = judge_parts(words, at, err);
	if (status == BSN_OK)
		status = judge_signer(words, use, at, err);
	if (status == BSN_OK)
		status = judge_certificate(words, use, at, err);
	return status;
}

int32_t
words_read(json_t *document, const char *path, WordsUse use, Words *out,
	   bsn_err *err)
{
	int32_t status;

	memset(out, 0, sizeof(*out));
	out->document = json_incref(document);
	status = json_read(document, path, words_fields, out, err);
	if (status == BSN_OK)
		status = judge_words(out, path, use, err);
	if (status != BSN_OK)
		return status;
	out->args_text = json_write_or(out->args, NULL);
	out->options_text = json_write_or(out->options, NULL);
	return BSN_OK;
}

int32_t
words_decode(const void *data, gsize len, WordsUse use, Words *out,
	     bsn_err *err)
{
	g_autoptr(json_t) document = NULL;
	int32_t status;

	memset(out, 0, sizeof(*out));
	status = json_decode(data, len, &document, err);
	if (status != BSN_OK)
		return status;
	return words_read(document, "", use, out, err);
}

void
words_clear(Words *words)
{
	json_read_clear(words_fields, words);
	g_clear_pointer(&words->document, json_decref);
	g_clear_pointer(&words->certificate_der, g_bytes_unref);
	g_clear_pointer(&words->args_text, g_free);
	g_clear_pointer(&words->options_text, g_free);
}
