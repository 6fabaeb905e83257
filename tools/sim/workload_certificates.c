/* SPDX-License-Identifier: Apache-2.0
 *
 * The "certificates" and "plugins" of a workload.
 */
#include "tools/sim/workload_private.h"

#include <string.h>

/* Of a certificate's subject (X.520, ub-organization-name). */
#define NAME_MAX_LEN 64

static gboolean
is_name(const char *word)
{
	gsize len = strlen(word);

	return len > 0 && len <= NAME_MAX_LEN &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == len;
}

/* A unit that says what somebody is. */
static gboolean
read_unit(const Reader *reader, const char *name, const char *otherwise,
	  char **out)
{
	if (!reader_string(reader, name, out))
		return FALSE;
	if (*out == NULL)
		*out = g_strdup(otherwise);
	return is_name(*out) ||
	       reader_refuse(reader, name,
			     "give 1 to %d letters, digits, ., - and _",
			     NAME_MAX_LEN);
}

gboolean
sim_certificates_read(const Reader *workload, SimCertificates *out)
{
	g_auto(Reader) reader = { 0 };

	if (!reader_enter(workload, "certificates", &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	return reader_knows(&reader,
			    "organisations node_ou client_ou admin_ou") &&
	       reader_words(&reader, "organisations", SIM_ORGANISATIONS_MAX,
			    is_name,
			    "give names of letters, digits, ., - and _",
			    out->organisations) &&
	       (out->organisations->len > 0 ||
		reader_refuse(&reader, "organisations",
			      "give at least one")) &&
	       read_unit(&reader, "node_ou", "node", &out->node_ou) &&
	       read_unit(&reader, "client_ou", "client", &out->client_ou) &&
	       read_unit(&reader, "admin_ou", "admin", &out->admin_ou);
}

gboolean
sim_plugin_names_read(const Reader *workload, GPtrArray *out)
{
	return reader_words(workload, "plugins", SIM_PLUGINS_MAX, is_name,
			    "give names of plugins, without a path and .so",
			    out);
}
