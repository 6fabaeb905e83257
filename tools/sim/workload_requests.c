/* SPDX-License-Identifier: Apache-2.0
 *
 * The "requests" and the "prepare" of a workload: calls, and deployments, which
 * name no function.
 */
#include "tools/sim/options.h"
#include "tools/sim/workload_private.h"

#include <string.h>

static gboolean
read_account(const Reader *reader, guint accounts, gint *out)
{
	const json_t *value = json_object_get(reader->object, "account");
	const json_int_t n = json_integer_value(value);

	*out = SIM_ACCOUNT_ANY;
	if (value == NULL)
		return TRUE;
	if (!json_is_integer(value) || n < 0 || n >= accounts)
		return reader_refuse(reader, "account",
				     "give a number below that of accounts, "
				     "which is %u",
				     accounts);
	*out = (gint)n;
	return TRUE;
}

static gboolean
read_node(const Reader *reader, gint *out)
{
	const json_t *value = json_object_get(reader->object, "node");
	const json_int_t n = json_integer_value(value);

	*out = SIM_NODE_NONE;
	if (value == NULL)
		return TRUE;
	if (!json_is_integer(value) || n < 0 || n >= (json_int_t)SIM_NODES_MAX)
		return reader_refuse(reader, "node",
				     "give a number below %u", SIM_NODES_MAX);
	*out = (gint)n;
	return TRUE;
}

gboolean
sim_codes_read(const Reader *reader, const char *name,
	       gint32 codes[SIM_NATIVES_MAX], guint *n)
{
	const json_t *list = json_object_get(reader->object, name);
	const json_t *value;
	gsize i;

	if (list == NULL)
		return TRUE;
	if (!json_is_array(list) || json_array_size(list) > SIM_NATIVES_MAX)
		return reader_refuse(reader, name,
				     "give a JSON array of at most %u codes",
				     SIM_NATIVES_MAX);
	json_array_foreach(list, i, value)
	{
		const json_int_t code = json_integer_value(value);

		if (!json_is_integer(value) || code < G_MININT32 ||
		    code > G_MAXINT32)
			return reader_refuse(reader, name,
					     "give numbers of 32 bits");
		codes[(*n)++] = (gint32)code;
	}
	return TRUE;
}

static gboolean
has_secret(const SimRequest *request)
{
	return strstr(request->args, "{secret}") != NULL ||
	       strstr(request->options, "{secret}") != NULL;
}

static gboolean
find_secret(const Reader *reader, const SimWorkload *workload,
	    const char *name, gint *out)
{
	for (guint i = 0; i < workload->secrets->len; i++)
		if (strcmp(g_array_index(workload->secrets, SimSecret, i).name,
			   name) == 0) {
			*out = (gint)i + 1;
			return TRUE;
		}
	return reader_refuse(reader, "secret",
			     "\"%s\" is none of the \"secrets\"", name);
}

static gboolean
read_secret(const Reader *reader, const SimWorkload *workload, SimRequest *out)
{
	g_autofree char *name = NULL;

	if (!reader_string(reader, "secret", &name))
		return FALSE;
	if (name == NULL)
		return !has_secret(out) ||
		       reader_refuse(reader, "secret",
				     "is needed: {secret} is in the request");
	return find_secret(reader, workload, name, &out->secret) &&
	       sim_secret_key_read(reader, &out->key);
}

gboolean
sim_workload_orphans(const SimWorkload *workload, gint32 native)
{
	for (guint i = 0; i < workload->n_orphans; i++)
		if (workload->orphans[i] == native)
			return TRUE;
	return FALSE;
}

gboolean
sim_request_may_fail(const SimRequest *request, gint32 native)
{
	for (guint i = 0; i < request->n_natives; i++)
		if (request->natives[i] == native)
			return TRUE;
	return request->n_natives == 0;
}

static gboolean
read_call(const Reader *reader, SimRequest *out)
{
	return reader_knows(reader,
			    "contract function args options account node "
			    "never natives secret key") &&
	       reader_needs(reader, "function", &out->function) &&
	       reader_json(reader, "args", TRUE, "[]", &out->args);
}

/* Without code: of what is there already. */
static gboolean
read_deployment(const Reader *reader, SimRequest *out)
{
	out->deploys = TRUE;
	out->function = g_strdup("");
	out->args = g_strdup("");
	return reader_knows(reader,
			    "contract code options account node never "
			    "natives") &&
	       (json_object_get(reader->object, "code") == NULL ||
		sim_code_read(reader, &out->code));
}

static gboolean
read_parts(const Reader *reader, const SimWorkload *workload, SimRequest *out)
{
	const gboolean is_call =
		json_object_get(reader->object, "function") != NULL;

	return (is_call ? read_call(reader, out)
			: read_deployment(reader, out)) &&
	       reader_needs(reader, "contract", &out->contract) &&
	       reader_json(reader, "options", FALSE, "", &out->options) &&
	       reader_bool(reader, "never", &out->never) &&
	       sim_codes_read(reader, "natives", out->natives,
			      &out->n_natives) &&
	       read_account(reader, workload->accounts, &out->account) &&
	       read_node(reader, &out->node) &&
	       (out->prepares || read_secret(reader, workload, out));
}

typedef struct {
	const SimWorkload *workload;
	GArray *list;
} Requests;

static gboolean
read_one(const Reader *reader, gpointer data)
{
	const Requests *requests = data;
	const SimWorkload *workload = requests->workload;
	SimRequest request = { .prepares =
				       requests->list == workload->prepare };

	if (read_parts(reader, workload, &request)) {
		g_array_append_val(requests->list, request);
		return TRUE;
	}
	sim_request_clear(&request);
	return FALSE;
}

gboolean
sim_requests_read(const Reader *workload, SimWorkload *out)
{
	Requests prepare = { out, out->prepare };
	Requests requests = { out, out->requests };

	return reader_each(workload, "prepare", SIM_PREPARE_MAX, read_one,
			   &prepare) &&
	       reader_each(workload, "requests", G_MAXUINT, read_one,
			   &requests);
}
