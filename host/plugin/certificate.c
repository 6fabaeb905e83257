/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/certificate.h"

#include <jansson.h>
#include <string.h>

#include "host/plugin/rule.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

void
certificate_free(Certificate *certificate)
{
	if (certificate == NULL)
		return;
	g_free(certificate->digest);
	g_free(certificate->plugin);
	g_free(certificate->version);
	g_free(certificate->tool_version);
	g_free(certificate->date);
	g_free(certificate);
}

gint
certificate_level(const char *name)
{
	gint level;

	if (name == NULL || name[0] != 'L' || !g_ascii_isdigit(name[1]) ||
	    name[2] != '\0')
		return -1;
	level = name[1] - '0';
	return level < CERTIFICATE_LEVELS ? level : -1;
}

/* ---- reading ------------------------------------------------------------ */

static gboolean
is_digest(const char *text)
{
	static const char prefix[] = "sm3:";
	const char *hex = text + strlen(prefix);

	return g_str_has_prefix(text, prefix) && strlen(hex) == 64 &&
	       strspn(hex, "0123456789abcdef") == 64;
}

static gboolean
take_text(json_t *json, const char *member, char **out, char **why)
{
	const char *text = json_string_value(json_object_get(json, member));

	if (text == NULL || text[0] == '\0' ||
	    strlen(text) > CERTIFICATE_TEXT_MAX) {
		*why = g_strdup_printf("has no text \"%s\" of 1 to %u bytes",
				       member, CERTIFICATE_TEXT_MAX);
		return FALSE;
	}
	*out = plugin_text(text, -1, CERTIFICATE_TEXT_MAX);
	return TRUE;
}

static gboolean
take_level(Certificate *certificate, json_t *json, char **why)
{
	certificate->level = certificate_level(
		json_string_value(json_object_get(json, "level")));
	if (certificate->level < 0)
		*why = g_strdup_printf("has no \"level\" of L0 to L%d",
				       CERTIFICATE_LEVELS - 1);
	return certificate->level >= 0;
}

static gboolean
take_edition(Certificate *certificate, json_t *json, char **why)
{
	json_int_t edition =
		json_integer_value(json_object_get(json, "edition"));

	certificate->edition = (guint)edition;
	if (edition < 1 || edition > G_MAXINT32)
		*why = g_strdup("has no \"edition\", a whole number from 1");
	return *why == NULL;
}

static gboolean
take_all(Certificate *certificate, json_t *json, char **why)
{
	if (g_strcmp0(json_string_value(json_object_get(json, "schema")),
		      CERTIFICATE_TYPE) != 0) {
		*why = g_strdup("is no " CERTIFICATE_TYPE);
		return FALSE;
	}
	if (!take_level(certificate, json, why) ||
	    !take_text(json, "digest", &certificate->digest, why) ||
	    !take_text(json, "plugin", &certificate->plugin, why) ||
	    !take_text(json, "version", &certificate->version, why) ||
	    !take_text(json, "tool_version", &certificate->tool_version,
		       why) ||
	    !take_edition(certificate, json, why) ||
	    !take_text(json, "date", &certificate->date, why))
		return FALSE;
	if (!is_digest(certificate->digest))
		*why = g_strdup("has a \"digest\" that is not sm3: and 64 hex "
				"digits");
	return *why == NULL;
}

Certificate *
certificate_parse(GBytes *payload, char **why)
{
	g_autoptr(Certificate) certificate = g_new0(Certificate, 1);
	g_autoptr(json_t) json = NULL;
	json_error_t error = { 0 };
	gsize len;
	const char *data = g_bytes_get_data(payload, &len);

	*why = NULL;
	if (len <= CERTIFICATE_MAX)
		json = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL) {
		*why = g_strdup_printf("does not hold JSON of at most %u "
				       "bytes%s%s",
				       CERTIFICATE_MAX,
				       error.text[0] != '\0' ? ": " : "",
				       error.text);
		return NULL;
	}
	if (!take_all(certificate, json, why))
		return NULL;
	return g_steal_pointer(&certificate);
}

/* ---- writing ------------------------------------------------------------ */

GBytes *
certificate_format(const Certificate *certificate)
{
	g_autofree char *level = g_strdup_printf("L%d", certificate->level);
	g_autoptr(json_t) json = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "schema",
		CERTIFICATE_TYPE, "level", level, "digest",
		certificate->digest, "plugin", certificate->plugin, "version",
		certificate->version, "tool_version",
		certificate->tool_version, "edition",
		(int)certificate->edition, "date", certificate->date);
	char *text = json_dumps(json, JSON_INDENT(1));
	GBytes *bytes;

	g_assert(text != NULL);
	bytes = g_bytes_new(text, strlen(text));
	free(text);
	return bytes;
}
