/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/address.h"

#include <stdlib.h>
#include <string.h>

#include <bsn/ext/address.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/crypto.h"
#include "tools/sim/workload.h"

#define ACCOUNT_MARK "{account:"
#define NODE_MARK "{node:"

typedef struct {
	bsn_sink sink;
	GString *text;
} TextSink;

static int32_t
append(bsn_sink *sink, const void *data, uint64_t len)
{
	g_string_append_len(((TextSink *)sink)->text, data, (gssize)len);
	return BSN_OK;
}

gboolean
sim_account_key(SimWorld *world, guint account, SimKey *key)
{
	SimRandom random = sim_random(world->seed, "account", account);

	return sim_crypto_key(&random, world->nodes[0].key.algorithm, key);
}

/* Whose address is asked for: of account or node N. */
static gboolean
find_key(SimWorld *world, gboolean account, guint64 n, SimKey *key)
{
	if (account)
		return n < world->workload->accounts &&
		       sim_account_key(world, (guint)n, key);
	if (n < world->n_nodes)
		*key = world->nodes[n].key;
	return n < world->n_nodes;
}

static int32_t
put_address(SimWorld *world, gboolean account, guint64 n, GString *out,
	    bsn_err *err)
{
	const bsn_engine_address *table =
		bsn_engine_address_of(world->engine);
	TextSink sink = { { append }, out };
	SimKey key = { .algorithm = NULL };

	if (table == NULL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"the workload has addresses, and the engine "
				"does not say what they are");
	if (!find_key(world, account, n, &key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the workload names %s %" G_GUINT64_FORMAT
				", which there is not",
				account ? "account" : "node", n);
	return table->of_key(bsn_slice_str(world->config),
			     bsn_slice_of(key.public_key, key.public_key_len),
			     &sink.sink, err);
}

/* The next mark of the two, or NULL. */
static const char *
find_mark(const char *text, gboolean *account)
{
	const char *of_account = strstr(text, ACCOUNT_MARK);
	const char *of_node = strstr(text, NODE_MARK);

	*account = of_account != NULL &&
		   (of_node == NULL || of_account < of_node);
	return *account ? of_account : of_node;
}

char *
sim_addresses_fill(SimWorld *world, const char *text, bsn_err *err)
{
	g_autoptr(GString) out = g_string_new(NULL);
	gboolean account;
	const char *mark;

	while ((mark = find_mark(text, &account)) != NULL) {
		const char *number = mark + strlen(account ? ACCOUNT_MARK
							   : NODE_MARK);
		char *end;
		const guint64 n = g_ascii_strtoull(number, &end, 10);

		g_string_append_len(out, text, mark - text);
		if (end == number || *end != '}') {
			bsn_fail(err, BSN_BAD_REQUEST,
				 "the workload has \"%.16s\": write {account:0} "
				 "or {node:0}",
				 mark);
			return NULL;
		}
		if (put_address(world, account, n, out, err) != BSN_OK)
			return NULL;
		text = end + 1;
	}
	g_string_append(out, text);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

void
sim_addresses_fill_in(SimWorld *world, char **text)
{
	bsn_err err = BSN_ERR_INIT;
	char *filled;

	if (strstr(*text, ACCOUNT_MARK) == NULL &&
	    strstr(*text, NODE_MARK) == NULL)
		return;
	filled = sim_addresses_fill(world, *text, &err);
	if (filled == NULL) {
		sim_give_up(world, "%s", err.reason);
		return;
	}
	g_free(*text);
	*text = filled;
}
