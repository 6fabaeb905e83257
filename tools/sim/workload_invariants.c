/* SPDX-License-Identifier: Apache-2.0
 *
 * The "invariants" of a workload.
 */
#include "tools/sim/workload_private.h"

#include <string.h>

#include "tools/sim/pointer.h"

#define COMMITTED "committed:"

void
sim_invariant_clear(gpointer data)
{
	SimInvariant *invariant = data;

	sim_request_clear(&invariant->call);
	g_free(invariant->result);
	g_free(invariant->committed);
	g_free(invariant->text);
}

static gboolean
read_call(const Reader *invariant, SimRequest *out)
{
	g_auto(Reader) reader = { 0 };

	return reader_enter(invariant, "call", &reader) &&
	       (reader.object != NULL ||
		reader_refuse(invariant, "call", "is missing")) &&
	       sim_request_read(&reader, out);
}

static gboolean
read_equals(const Reader *reader, SimInvariant *out)
{
	const json_t *value = json_object_get(reader->object, "equals");
	const char *text = json_string_value(value);

	if (json_is_integer(value)) {
		out->number = json_integer_value(value);
		return TRUE;
	}
	if (json_is_object(value) || json_is_array(value)) {
		out->text = json_dumps(value, JSON_COMPACT);
		return TRUE;
	}
	if (text == NULL || !g_str_has_prefix(text, COMMITTED) ||
	    text[strlen(COMMITTED)] == '\0')
		return reader_refuse(reader, "equals",
				     "give a number, a JSON object or array, "
				     "or \"" COMMITTED "FUNCTION\"");
	out->committed = g_strdup(text + strlen(COMMITTED));
	return TRUE;
}

static gboolean
read_parts(const Reader *reader, SimInvariant *out)
{
	return reader_knows(reader, "call result equals") &&
	       read_call(reader, &out->call) &&
	       reader_string(reader, "result", &out->result) &&
	       (out->result == NULL || sim_pointer_is_sound(out->result) ||
		reader_refuse(reader, "result",
			      "\"%s\" is no JSON pointer (RFC 6901)",
			      out->result)) &&
	       read_equals(reader, out);
}

static gboolean
read_invariant(const Reader *reader, gpointer invariants)
{
	SimInvariant invariant = { .result = NULL };

	if (read_parts(reader, &invariant)) {
		g_array_append_val((GArray *)invariants, invariant);
		return TRUE;
	}
	sim_invariant_clear(&invariant);
	return FALSE;
}

gboolean
sim_invariants_read(const Reader *workload, GArray *out)
{
	return reader_each(workload, "invariants", SIM_INVARIANTS_MAX,
			   read_invariant, out);
}
