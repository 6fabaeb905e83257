/* SPDX-License-Identifier: Apache-2.0
 *
 * The "prepare" of a workload: deployments and calls, one after the other.
 */
#include "tools/sim/workload_private.h"

static gboolean
read_account(const Reader *reader, guint accounts, guint *out)
{
	const json_t *value = json_object_get(reader->object, "account");
	const json_int_t n = json_integer_value(value);

	*out = 0;
	if (value == NULL)
		return TRUE;
	if (!json_is_integer(value) || n < 0 || n >= accounts)
		return reader_refuse(reader, "account",
				     "give a number below that of accounts, "
				     "which is %u",
				     accounts);
	*out = (guint)n;
	return TRUE;
}

static gboolean
read_call(const Reader *reader, SimRequest *out)
{
	return reader_knows(reader, "contract function args options account") &&
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
	return reader_knows(reader, "contract code options account") &&
	       (json_object_get(reader->object, "code") == NULL ||
		sim_code_read(reader, &out->code));
}

static gboolean
read_step(const Reader *reader, guint accounts, SimRequest *out)
{
	const gboolean is_call =
		json_object_get(reader->object, "function") != NULL;

	out->prepares = TRUE;
	return (is_call ? read_call(reader, out)
			: read_deployment(reader, out)) &&
	       reader_needs(reader, "contract", &out->contract) &&
	       reader_json(reader, "options", FALSE, "", &out->options) &&
	       read_account(reader, accounts, &out->account);
}

static gboolean
read_one(const Reader *reader, gpointer data)
{
	SimWorkload *workload = data;
	SimRequest request = { .contract = NULL };

	if (read_step(reader, workload->accounts, &request)) {
		g_array_append_val(workload->prepare, request);
		return TRUE;
	}
	sim_request_clear(&request);
	return FALSE;
}

gboolean
sim_prepare_read(const Reader *workload, SimWorkload *out)
{
	return reader_each(workload, "prepare", SIM_PREPARE_MAX, read_one, out);
}
