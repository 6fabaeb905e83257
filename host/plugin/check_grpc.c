/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/check_grpc.h"

#include <string.h>

#include "host/plugin/check.h"
#include "host/plugin/note.h"

#define FLAGS (BSN_GRPC_CLIENT_STREAMS | BSN_GRPC_SERVER_STREAMS)
/* Bytes of a path. */
#define PATH_MAX_LEN 1024u

/* "/package.Service/Method" */
static gboolean
is_path(const char *path)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.";
	gsize service = path[0] == '/' ? strspn(path + 1, allowed) : 0;
	gsize method;

	if (service == 0 || path[1 + service] != '/')
		return FALSE;
	method = strspn(path + service + 2, allowed);
	return method > 0 && path[service + 2 + method] == '\0' &&
	       service + method + 2 <= PATH_MAX_LEN;
}

/* What is told of a method's calls. */
static gboolean
is_heard(const bsn_engine_grpc *grpc, const bsn_grpc_method *method,
	 Refusal *refusal)
{
	const gboolean in = (method->flags & BSN_GRPC_CLIENT_STREAMS) != 0;
	const gboolean out = (method->flags & BSN_GRPC_SERVER_STREAMS) != 0;
	const char *lacks = NULL;

	if (in && !BSN_HAS(grpc, message))
		lacks = "message";
	else if (in && !BSN_HAS(grpc, ended))
		lacks = "ended";
	else if ((in || out) && !BSN_HAS(grpc, writable))
		lacks = "writable";
	if (lacks == NULL)
		return TRUE;
	return refuse(refusal, RULE_MISSING_MEMBER,
		      "its bsn_engine_grpc has no %s, which is required for %s",
		      lacks, method->path);
}

static gboolean
check_method(const bsn_engine_grpc *grpc, const bsn_grpc_method *method,
	     GHashTable *paths, Refusal *refusal)
{
	if (!BSN_HAS(method, path))
		return refuse(refusal, RULE_MISSING_MEMBER,
			      "one of its bsn_grpc_method has no path, which "
			      "is required");
	if (!is_path(method->path)) {
		g_autofree char *shown = plugin_text(method->path, -1, 64);

		return refuse(refusal, RULE_BAD_TABLE,
			      "\"%s\" is no path of a gRPC method, as in "
			      "/package.Service/Method",
			      shown);
	}
	if (!g_hash_table_add(paths, (gpointer)method->path))
		return refuse(refusal, RULE_BAD_TABLE,
			      "offers the gRPC method %s twice", method->path);
	if ((method->flags & ~FLAGS) != 0)
		return refuse(refusal, RULE_BAD_TABLE,
			      "the flags of its gRPC method %s are %u",
			      method->path, method->flags);
	return is_heard(grpc, method, refusal);
}

gboolean
plugin_check_grpc(const bsn_engine_grpc *grpc, Refusal *refusal)
{
	g_autoptr(GHashTable) paths =
		g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; grpc->methods[i] != NULL; i++) {
		if (i == CHECK_ENTRIES_MAX)
			return refuse(refusal, RULE_BAD_TABLE,
				      "its list of gRPC methods has no end "
				      "within %u entries",
				      CHECK_ENTRIES_MAX);
		if (!check_method(grpc, grpc->methods[i], paths, refusal))
			return FALSE;
	}
	return TRUE;
}
