/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/verify.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <string.h>

#include "host/plugin/certificate.h"
#include "host/plugin/digest.h"
#include "host/plugin/envelope.h"
#include "host/plugin/signature.h"
#include "tools/conform/report.h"
#include "tools/conform/text.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static void G_GNUC_PRINTF(3, 4)
put(GString *out, const char *name, const char *format, ...)
{
	g_autofree char *raw = NULL;
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	raw = g_strdup_vprintf(format, args);
	va_end(args);
	text = conform_text(raw);
	g_string_append_printf(out, "%-11s %s\n", name, text);
}

/* ---- what it says ------------------------------------------------------- */

static gboolean
describe_certificate(GBytes *payload, GString *out, char **why)
{
	g_autoptr(Certificate) certificate = certificate_parse(payload, why);

	if (certificate == NULL)
		return FALSE;
	put(out, "certificate", "of conformance, %s", certificate->date);
	put(out, "file", "%s", certificate->digest);
	put(out, "plugin", "%s %s", certificate->plugin, certificate->version);
	put(out, "level", "%s, %s", level_name(certificate->level),
	    level_promise(certificate->level));
	put(out, "tool", "bsn-conform %s, edition %u",
	    certificate->tool_version, certificate->edition);
	return TRUE;
}

/* What a report must have to be described. */
typedef struct {
	const char *schema, *file, *tool, *started;
	int conforming, edition;
	/* Texts, or null where a file could not be loaded. */
	json_t *digest, *id, *version, *level, *refusal;
} Said;

static gboolean
unpack_report(json_t *json, Said *said, char **why)
{
	json_error_t error;

	if (json_unpack_ex(json, &error, 0,
			   "{s:s, s:{s:s, s:i}, s:{s:s, s:o, s:o, s:o}, "
			   "s:{s:{s:s}}, s:{s:b, s:o, s:o}}",
			   "schema", &said->schema, "tool", "version",
			   &said->tool, "edition", &said->edition, "plugin",
			   "file", &said->file, "digest", &said->digest, "id",
			   &said->id, "version", &said->version, "run",
			   "timing", "started", &said->started, "outcome",
			   "conforming", &said->conforming, "level",
			   &said->level, "refusal", &said->refusal) < 0) {
		*why = g_strdup_printf("does not hold a whole report: %s",
				       error.text);
		return FALSE;
	}
	if (strcmp(said->schema, REPORT_SCHEMA) == 0)
		return TRUE;
	*why = g_strdup("is no " REPORT_SCHEMA);
	return FALSE;
}

static void
put_level(GString *out, const Said *said)
{
	gint level = certificate_level(json_string_value(said->level));

	if (json_is_string(said->refusal))
		put(out, "refused", "%s", json_string_value(said->refusal));
	put(out, "level", "%s, %s", level_name(level), level_promise(level));
	put(out, "conforming", "%s", said->conforming ? "yes" : "no");
}

static gboolean
describe_report(GBytes *payload, GString *out, char **why)
{
	g_autoptr(json_t) json = NULL;
	json_error_t error = { 0 };
	Said said;
	gsize len;
	const char *data = g_bytes_get_data(payload, &len);

	json = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL) {
		*why = g_strdup_printf("does not hold JSON: %s", error.text);
		return FALSE;
	}
	if (!unpack_report(json, &said, why))
		return FALSE;
	put(out, "report", "of conformance, %s", said.started);
	put(out, "file", "%s, %s", said.file,
	    json_is_string(said.digest) ? json_string_value(said.digest) :
					  "unreadable");
	if (json_is_string(said.id) && json_is_string(said.version))
		put(out, "plugin", "%s %s", json_string_value(said.id),
		    json_string_value(said.version));
	put_level(out, &said);
	put(out, "tool", "bsn-conform %s, edition %d", said.tool,
	    said.edition);
	return TRUE;
}

gboolean
verify_describe(const char *type, GBytes *payload, GString *out, char **why)
{
	if (strcmp(type, CERTIFICATE_TYPE) == 0)
		return describe_certificate(payload, out, why);
	if (strcmp(type, REPORT_SCHEMA) == 0)
		return describe_report(payload, out, why);
	*why = g_strdup_printf("holds a statement of type %s, which is neither "
			       "a report nor a certificate",
			       type);
	return FALSE;
}

/* ---- whose it is -------------------------------------------------------- */

static int
broken(GString *out, const char *file, const char *why)
{
	g_autofree char *line = g_strconcat(file, ": ", why, NULL);
	g_autofree char *text = conform_text(line);

	g_string_append_printf(out, "%s\n", text);
	return VERIFY_BROKEN;
}

static int
unreadable(GString *out, const char *file, const char *why)
{
	broken(out, file, why);
	return VERIFY_UNREADABLE;
}

static Envelope *
read_envelope(const char *file, GString *out, int *status)
{
	Refusal unread = { 0 };
	g_autoptr(GBytes) bytes = plugin_file_read(file, &unread);
	g_autofree char *why = NULL;
	Envelope *envelope;
	gsize len;
	const guint8 *data;

	if (bytes == NULL) {
		*status = unreadable(out, file, unread.reason);
		refusal_clear(&unread);
		return NULL;
	}
	data = g_bytes_get_data(bytes, &len);
	envelope = envelope_parse(data, len, &why);
	if (envelope == NULL)
		*status = broken(out, file, why);
	return envelope;
}

static int
not_signed_by(const Envelope *envelope, const char *file, EVP_PKEY *key,
	      const char *key_file, GString *out)
{
	g_autofree char *id = signature_key_id(key);
	g_autofree char *inside = signature_key_id(envelope->key);
	g_autofree char *why = g_strdup_printf(
		"is not signed by the key of %s, %s, but by %s", key_file, id,
		inside);

	return broken(out, file, why);
}

/* Says who signed it, or why it does not hold. */
static int
judge_signature(const Envelope *envelope, const char *file, EVP_PKEY *key,
		const char *key_file, GString *out)
{
	EVP_PKEY *signer = key != NULL ? key : envelope->key;
	g_autofree char *id = signature_key_id(signer);

	if (!signature_holds(signer, envelope->message, envelope->signature)) {
		if (key != NULL &&
		    signature_holds(envelope->key, envelope->message,
				    envelope->signature))
			return not_signed_by(envelope, file, key, key_file,
					     out);
		return broken(out, file,
			      "was changed: its signature does not hold");
	}
	put(out, "signed by", "%s", id);
	if (key != NULL)
		put(out, "", "the key of %s", key_file);
	else
		put(out, "", "merely the key inside the file, which anybody "
			     "can put there; give the signer's with --key");
	return VERIFY_HOLDS;
}

static int
judge(const Envelope *envelope, const char *file, EVP_PKEY *key,
      const char *key_file, GString *out)
{
	g_autoptr(GString) said = g_string_new(NULL);
	g_autofree char *why = NULL;
	int status = judge_signature(envelope, file, key, key_file, said);

	if (status == VERIFY_HOLDS &&
	    !verify_describe(envelope->type, envelope->payload, said, &why))
		return broken(out, file, why);
	g_string_append_len(out, said->str, (gssize)said->len);
	return status;
}

int
verify_file(const char *file, const char *key_file, GString *out,
	    GString *payload)
{
	int status = VERIFY_HOLDS;
	g_autoptr(Envelope) envelope = read_envelope(file, out, &status);
	g_autoptr(EVP_PKEY) key =
		key_file != NULL ? signature_key_read(key_file) : NULL;
	gsize len;
	const char *data;

	if (envelope == NULL)
		return status;
	if (key_file != NULL && key == NULL)
		return unreadable(out, key_file,
				  "is no readable PEM file with an SM2 public "
				  "key");
	status = judge(envelope, file, key, key_file, out);
	data = g_bytes_get_data(envelope->payload, &len);
	if (status == VERIFY_HOLDS && payload != NULL)
		g_string_append_len(payload, data, (gssize)len);
	return status;
}
