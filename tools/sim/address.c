/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/address.h"

#include <string.h>

#include <bsn/ext/address.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/crypto.h"
#include "tools/sim/workload.h"

typedef enum { OF_ACCOUNT, OF_NODE, KEY_OF_NODE } MarkKind;

static const char *const marks[] = { "{account:", "{node:", "{node_key:" };

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

/* Whose key is asked for: of account or node N. */
static gboolean
find_key(SimWorld *world, MarkKind kind, guint64 n, SimKey *key)
{
	if (kind == OF_ACCOUNT)
		return n < world->workload->accounts &&
		       sim_account_key(world, (guint)n, key);
	if (n < world->n_nodes)
		*key = world->nodes[n].key;
	return n < world->n_nodes;
}

static int32_t
put_key(const SimKey *key, GString *out)
{
	for (guint i = 0; i < key->public_key_len; i++)
		g_string_append_printf(out, "%02x", key->public_key[i]);
	return BSN_OK;
}

static int32_t
put_address(const SimWorld *world, const SimKey *key, GString *out,
	    bsn_err *err)
{
	const bsn_engine_address *table =
		bsn_engine_address_of(world->engine);
	TextSink sink = { { append }, out };

	if (table == NULL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"the workload has addresses, and the engine "
				"does not say what they are");
	return table->of_key(
		bsn_slice_str(world->config),
		bsn_slice_of(key->public_key, key->public_key_len),
		&sink.sink, err);
}

static int32_t
put(SimWorld *world, MarkKind kind, guint64 n, GString *out, bsn_err *err)
{
	SimKey key = { .algorithm = NULL };

	if (!find_key(world, kind, n, &key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s%" G_GUINT64_FORMAT "} is in the workload, "
				"and there is none", marks[kind], n);
	return kind == KEY_OF_NODE ? put_key(&key, out)
				   : put_address(world, &key, out, err);
}

/* The first mark of a text, or NULL. */
static const char *
find_mark(const char *text, MarkKind *kind)
{
	const char *first = NULL;

	for (MarkKind i = 0; i < G_N_ELEMENTS(marks); i++) {
		const char *at = strstr(text, marks[i]);

		if (at == NULL || (first != NULL && at > first))
			continue;
		first = at;
		*kind = i;
	}
	return first;
}

char *
sim_addresses_fill(SimWorld *world, const char *text, bsn_err *err)
{
	g_autoptr(GString) out = g_string_new(NULL);
	MarkKind kind = OF_ACCOUNT;
	const char *mark;

	while ((mark = find_mark(text, &kind)) != NULL) {
		const char *number = mark + strlen(marks[kind]);
		char *end;
		const guint64 n = g_ascii_strtoull(number, &end, 10);

		g_string_append_len(out, text, mark - text);
		if (end == number || *end != '}') {
			bsn_fail(err, BSN_BAD_REQUEST,
				 "the workload has \"%.16s\": write {account:0}, "
				 "{node:0} or {node_key:0}",
				 mark);
			return NULL;
		}
		if (put(world, kind, n, out, err) != BSN_OK)
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
	MarkKind kind;
	char *filled;

	if (find_mark(*text, &kind) == NULL)
		return;
	filled = sim_addresses_fill(world, *text, &err);
	if (filled == NULL) {
		sim_give_up(world, "%s", err.reason);
		return;
	}
	g_free(*text);
	*text = filled;
}
