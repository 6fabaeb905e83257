/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/sim/secrets.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/ask.h"
#include "tools/sim/checker.h"
#include "tools/sim/clients.h"
#include "tools/sim/organisations.h"

static const SimSecret *
secret_at(const SimWorld *world, guint index)
{
	return &g_array_index(world->workload->secrets, SimSecret, index);
}

static gboolean
is_member(const SimWorld *world, guint node, const SimSecret *secret)
{
	return g_ptr_array_find_with_equal_func(
		secret->organisations, sim_organisation_of_node(world, node),
		g_str_equal, NULL);
}

gboolean
sim_secrets_may_have(const SimWorld *world, guint node,
		     const SimRequest *request)
{
	return request->secret == 0 ||
	       is_member(world, node,
			 secret_at(world, (guint)request->secret - 1));
}

/* ---- secrecy ------------------------------------------------------------- */

static const guint8 *
find_text(bsn_slice bytes, const char *text)
{
	return bytes.len > 0 ? memmem(bytes.data, (gsize)bytes.len, text,
				      strlen(text))
			     : NULL;
}

gssize
sim_secrets_place(const SimWorld *world, bsn_slice message)
{
	const guint8 *at = world->workload->secrets->len > 0
				   ? find_text(message, SIM_SECRET_MARK)
				   : NULL;

	return at != NULL ? at - message.data : -1;
}

/* The first secret in it that a node may not have, or NULL. */
static const SimSecret *
find_stray(const SimWorld *world, guint node, bsn_slice bytes)
{
	if (world->workload->secrets->len == 0 ||
	    find_text(bytes, SIM_SECRET_MARK) == NULL)
		return NULL;
	for (guint i = 0; i < world->workload->secrets->len; i++) {
		const SimSecret *secret = secret_at(world, i);
		g_autofree char *mark =
			g_strconcat(SIM_SECRET_MARK, secret->name, ":", NULL);

		if (!is_member(world, node, secret) && find_text(bytes, mark) != NULL)
			return secret;
	}
	return NULL;
}

void
sim_secrets_sent(bsn_chain *from, guint to, bsn_slice message)
{
	const SimSecret *secret = find_stray(from->world, to, message);

	if (secret != NULL)
		sim_violate(from->world,
			    "secrecy: %s sends n%u, a node of %s, a secret of "
			    "%s",
			    from->name, to,
			    sim_organisation_of_node(from->world, to),
			    secret->name);
}

void
sim_secrets_kept(bsn_chain *chain, const bsn_write *writes, guint64 n)
{
	const guint node = chain->node->index;

	for (guint64 i = 0; i < n; i++) {
		const SimSecret *secret =
			find_stray(chain->world, node, writes[i].value);

		if (secret == NULL)
			secret = find_stray(chain->world, node, writes[i].key);
		if (secret == NULL)
			continue;
		sim_violate(chain->world,
			    "secrecy: %s, a node of %s, keeps a secret of %s",
			    chain->name,
			    sim_organisation_of_node(chain->world, node),
			    secret->name);
		return;
	}
}

/* ---- what must be where in the end --------------------------------------- */

/* What the last transaction about a key has made of it. */
typedef struct {
	const SimSecret *secret;
	const SimTx *last;
	char *digest; /* that the first node answered; NULL: not yet */
} Held;

static void
held_free(gpointer data)
{
	Held *held = data;

	g_free(held->digest);
	g_free(held);
}

static gboolean
is_before(const SimTx *a, const SimTx *b)
{
	return a->block < b->block ||
	       (a->block == b->block && a->index < b->index);
}

/* By secret and key, in an order of its own. */
static GTree *
collect(const SimWorld *world)
{
	GTree *all = g_tree_new_full((GCompareDataFunc)(void (*)(void))strcmp,
				     NULL, g_free, held_free);
	const GPtrArray *txs = sim_clients_txs(world);

	for (guint i = 0; i < txs->len; i++) {
		const SimTx *tx = txs->pdata[i];
		g_autofree char *name = NULL;
		Held *held;

		if (tx->key == NULL || !tx->placed || !tx->took_effect)
			continue;
		name = g_strdup_printf("%d %s", tx->of->secret, tx->key);
		held = g_tree_lookup(all, name);
		if (held == NULL) {
			held = g_new0(Held, 1);
			held->secret = secret_at(world,
						 (guint)tx->of->secret - 1);
			g_tree_insert(all, g_steal_pointer(&name), held);
		}
		if (held->last == NULL || is_before(held->last, tx))
			held->last = tx;
	}
	return all;
}

static gboolean
is_there(const SimWorld *world, const Held *held)
{
	const guint64 lives = held->secret->blocks;

	return held->last->secret != NULL &&
	       (lives == 0 ||
		sim_checker_height(world) <= held->last->block + lives);
}

/* A liar among those who should have it may be the only one who ever had, or a
 * machine that is no more. */
static gboolean
is_sure(const SimWorld *world, const Held *held)
{
	for (guint i = 0; i < world->n_nodes; i++)
		if (!world->nodes[i].honest &&
		    is_member(world, i, held->secret))
			return FALSE;
	return world->nodes[held->last->by].replaced_us <= held->last->built_us;
}

static void
judge(bsn_chain *chain, const Held *held, const char *what, const char *wanted,
      const char *is, const bsn_reply *reply)
{
	sim_violate(chain->world,
		    "secrets: the %s of %s of %s, transaction "
		    "%" G_GUINT64_FORMAT " in block %" G_GUINT64_FORMAT
		    ", must be %s at %s and is %s",
		    what, held->last->key, held->secret->name,
		    held->last->number, held->last->block,
		    wanted != NULL ? wanted : "gone", chain->name,
		    is != NULL			    ? is
		    : reply->status == SIM_PENDING ? "not answered"
						    : reply->err.reason);
}

/* Asks about the key; the answer's text, NULL: it is refused. A violation when
 * there is none. In: again: whether it is waited for, till it is `wanted`. */
static char *
look(bsn_chain *chain, const Held *held, const char *what,
     const SimRequest *call, gboolean again, const char *wanted,
     bsn_reply **reply)
{
	SimWorld *world = chain->world;
	const guint account =
		sim_organisation_account(world, chain->node->index);
	SimRequest asked;
	char *is;

	sim_request_copy(call, &asked);
	g_free(asked.args);
	asked.args = sim_workload_fill_key(call->args, held->last->key);
	*reply = again ? sim_ask(chain, &asked, account, wanted)
		       : sim_ask_once(chain, &asked, account);
	g_ptr_array_add(world->old_replies, *reply);
	sim_request_clear(&asked);
	is = sim_ask_answer(*reply, NULL);
	if ((*reply)->status == SIM_PENDING && world->violation == NULL)
		judge(chain, held, what, wanted, NULL, *reply);
	return is;
}

static void
check_value(bsn_chain *chain, const Held *held, gboolean there)
{
	SimWorld *world = chain->world;
	const gboolean sure = is_sure(world, held);
	const char *wanted =
		there && is_member(world, chain->node->index, held->secret)
			? held->last->secret
			: NULL;
	bsn_reply *reply;
	g_autofree char *is = look(chain, held, "value", &held->secret->value,
				   sure && wanted != NULL, wanted, &reply);

	if (world->violation == NULL && g_strcmp0(is, wanted) != 0 &&
	    (sure || is != NULL))
		judge(chain, held, "value", wanted, is, reply);
}

/* The first node's answer is what the others must say. */
static void
check_digest(bsn_chain *chain, Held *held, gboolean there)
{
	bsn_reply *reply;
	g_autofree char *is = look(chain, held, "digest",
				   &held->secret->digest, TRUE, NULL, &reply);

	if (there && held->digest == NULL)
		held->digest = g_strdup(is != NULL ? is : "there");
	if (chain->world->violation == NULL &&
	    g_strcmp0(is, held->digest) != 0)
		judge(chain, held, "digest", held->digest, is, reply);
}

static gboolean
check_everywhere(gpointer key, gpointer value, gpointer data)
{
	SimWorld *world = data;
	Held *held = value;
	const gboolean there = is_there(world, held);

	for (guint i = 0; i < world->n_nodes; i++) {
		bsn_chain *chain = &world->nodes[i].processes[0];

		if (!world->nodes[i].honest || world->violation != NULL)
			continue;
		check_digest(chain, held, there);
		if (world->violation == NULL)
			check_value(chain, held, there);
	}
	return world->violation != NULL;
}

void
sim_secrets_check(SimWorld *world)
{
	GTree *all = collect(world);

	g_tree_foreach(all, check_everywhere, world);
	g_tree_unref(all);
}
