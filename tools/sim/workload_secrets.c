/* SPDX-License-Identifier: Apache-2.0
 *
 * The "secrets" of a workload, and the keys that requests have them under.
 */
#include "tools/sim/workload_private.h"

#include <string.h>

/* So that names and keys stand in JSON and in a secret's text as they are. */
#define PLAIN                                                                  \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

void
sim_secret_clear(gpointer data)
{
	SimSecret *secret = data;

	g_free(secret->name);
	g_ptr_array_unref(secret->organisations);
	sim_request_clear(&secret->value);
	sim_request_clear(&secret->digest);
}

gboolean
sim_secret_key_read(const Reader *request, char **out)
{
	return reader_needs(request, "key", out) &&
	       (strspn(*out, PLAIN "{}") == strlen(*out) ||
		reader_refuse(request, "key",
			      "give letters, digits, ., -, _, {a} and {n}"));
}

static gboolean
read_name(const Reader *reader, char **out)
{
	return reader_needs(reader, "name", out) &&
	       (strspn(*out, PLAIN) == strlen(*out) ||
		reader_refuse(reader, "name",
			      "give letters, digits, ., - and _"));
}

static gboolean
read_blocks(const Reader *reader, guint64 *out)
{
	const json_t *value = json_object_get(reader->object, "blocks");

	if (value != NULL &&
	    (!json_is_integer(value) || json_integer_value(value) < 0))
		return reader_refuse(reader, "blocks",
				     "give a number of blocks");
	*out = (guint64)json_integer_value(value);
	return TRUE;
}

static gboolean
read_call(const Reader *secret, const char *name, SimRequest *out)
{
	g_auto(Reader) reader = { 0 };

	return reader_enter(secret, name, &reader) &&
	       (reader.object != NULL ||
		reader_refuse(secret, name, "is missing")) &&
	       sim_request_read(&reader, out);
}

static gboolean
is_any(const char *word)
{
	return *word != '\0';
}

/* Members are told by the organisations that certify nodes. */
static gboolean
read_organisations(const Reader *reader, const SimWorkload *workload,
		   GPtrArray *out)
{
	const GPtrArray *all = workload->certificates.organisations;

	if (!reader_words(reader, "organisations", SIM_ORGANISATIONS_MAX,
			  is_any, "give names of organisations", out))
		return FALSE;
	for (guint i = 0; i < out->len; i++)
		if (!g_ptr_array_find_with_equal_func((GPtrArray *)all,
						      out->pdata[i],
						      g_str_equal, NULL))
			return reader_refuse(reader, "organisations",
					     "\"%s\" is none of those of "
					     "\"certificates\"",
					     (char *)out->pdata[i]);
	return out->len > 0 || reader_refuse(reader, "organisations",
					     "give at least one");
}

static gboolean
read_parts(const Reader *reader, const SimWorkload *workload, SimSecret *out)
{
	return reader_knows(reader,
			    "name organisations blocks value digest") &&
	       read_name(reader, &out->name) &&
	       read_organisations(reader, workload, out->organisations) &&
	       read_blocks(reader, &out->blocks) &&
	       read_call(reader, "value", &out->value) &&
	       read_call(reader, "digest", &out->digest);
}

static gboolean
read_secret(const Reader *reader, gpointer data)
{
	SimWorkload *workload = data;
	SimSecret secret = { .organisations = g_ptr_array_new_with_free_func(
				     g_free) };

	if (read_parts(reader, workload, &secret)) {
		g_array_append_val(workload->secrets, secret);
		return TRUE;
	}
	sim_secret_clear(&secret);
	return FALSE;
}

gboolean
sim_secrets_read(const Reader *workload, SimWorkload *out)
{
	return reader_each(workload, "secrets", SIM_SECRETS_MAX, read_secret,
			   out);
}
