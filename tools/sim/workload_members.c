/* SPDX-License-Identifier: Apache-2.0
 *
 * The "members" of a workload: how a chain's members are changed.
 */
#include "tools/sim/workload_private.h"

#include <string.h>

#include "tools/sim/pointer.h"

static gboolean
read_found(const Reader *members, SimWorkload *out)
{
	g_auto(Reader) reader = { 0 };

	if (!reader_enter(members, "found", &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	return sim_request_read(&reader, &out->found) &&
	       (strstr(out->found.args, "{address}") == NULL ||
		out->address != NULL ||
		reader_refuse(members, "address",
			      "is needed: found.args has {address} in it"));
}

static gboolean
read_signer(const Reader *reader, char **out)
{
	return reader_string(reader, "signer", out) &&
	       (*out == NULL || strcmp(*out, "account") == 0 ||
		strcmp(*out, "node") == 0 ||
		reader_refuse(reader, "signer",
			      "give \"account\" or \"node\""));
}

static gboolean
read_address(const Reader *reader, char **out)
{
	return reader_string(reader, "address", out) &&
	       (*out == NULL || sim_pointer_is_sound(*out) ||
		reader_refuse(reader, "address",
			      "\"%s\" is no JSON pointer (RFC 6901)", *out));
}

gboolean
sim_members_read(const Reader *workload, SimWorkload *out)
{
	g_auto(Reader) reader = { 0 };

	out->members_options = g_strdup("");
	if (!reader_enter(workload, "members", &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	g_clear_pointer(&out->members_options, g_free);
	return reader_knows(&reader, "signer options address found") &&
	       read_signer(&reader, &out->members_signer) &&
	       reader_json(&reader, "options", FALSE, "",
			   &out->members_options) &&
	       read_address(&reader, &out->address) &&
	       read_found(&reader, out);
}
