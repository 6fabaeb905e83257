/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's chains: which there are, and how they open and close.
 */
#include "tests/unit/fake-private.h"

static GPtrArray *chains;

GPtrArray *
fake_chains(void)
{
	if (chains == NULL)
		chains = g_ptr_array_new();
	return chains;
}

gboolean
fake_is_chain(const bsn_chain *chain)
{
	return chain != NULL &&
	       g_ptr_array_find(fake_chains(), chain, NULL);
}

gboolean
fake_allowed(const bsn_chain *chain, const char *service, gboolean closing_too)
{
	if (!fake_is_chain(chain)) {
		fake_broke("%s was called for a chain that does not exist",
			   service);
		return FALSE;
	}
	switch (chain->state) {
	case FAKE_OPENING:
	case FAKE_OPEN:
		return TRUE;
	case FAKE_CLOSING:
		if (closing_too)
			return TRUE;
		break;
	case FAKE_CRASHED:
		return FALSE;
	case FAKE_CLOSED:
		break;
	}
	fake_broke("%s was called while the chain %s is %s", service,
		   chain->name,
		   chain->state == FAKE_CLOSING ? "closing" : "closed");
	return FALSE;
}

bsn_chain *
fake_chain_new(const char *name)
{
	bsn_chain *chain = g_new0(bsn_chain, 1);

	chain->name = g_strdup(name);
	chain->automatic = TRUE;
	chain->timers = g_hash_table_new_full(g_int64_hash, g_int64_equal,
					      g_free, g_free);
	chain->blocks = g_array_new(FALSE, FALSE, sizeof(guint64));
	chain->waiting = g_ptr_array_new();
	chain->joined = g_ptr_array_new();
	chain->store = sim_store_new();
	fake_replies_init();
	g_ptr_array_add(fake_chains(), chain);
	return chain;
}

void
fake_chain_free(bsn_chain *chain)
{
	if (chain == NULL)
		return;
	if (chain->state != FAKE_CLOSED)
		fake_broke("the chain %s was freed before it was closed",
			   chain->name);
	g_ptr_array_remove(fake_chains(), chain);
	sim_replies_lose(chain);
	sim_store_free(chain->store);
	g_hash_table_unref(chain->timers);
	g_array_unref(chain->blocks);
	g_ptr_array_unref(chain->waiting);
	g_ptr_array_unref(chain->joined);
	g_free(chain->given_up);
	g_free(chain->name);
	g_free(chain);
}

int32_t
fake_chain_open(bsn_chain *chain, const bsn_engine *engine, bsn_slice genesis,
		bsn_err *err)
{
	int32_t status = BSN_OK;

	g_assert_cmpint(chain->state, ==, FAKE_CLOSED);
	chain->engine = engine;
	chain->ledger = NULL;
	g_array_set_size(chain->blocks, 0);
	chain->state = FAKE_OPENING;
	if (engine != NULL)
		status = engine->chain->open(chain, genesis, &chain->ledger,
					     err);
	chain->state = status == BSN_OK ? FAKE_OPEN : FAKE_CLOSED;
	if (status != BSN_OK && err != NULL && err->reason[0] == '\0')
		fake_broke("open failed with %d and no reason", status);
	return status;
}

bsn_ledger *
fake_chain_ledger(bsn_chain *chain)
{
	return chain->ledger;
}

static void
leave(bsn_chain *chain, FakeState state)
{
	g_assert_cmpint(chain->state, ==, FAKE_OPEN);
	chain->state = state;
	if (chain->engine != NULL)
		chain->engine->chain->close(chain->ledger);
	chain->ledger = NULL;
	chain->state = FAKE_CLOSED;
	fake_net_forget(chain);
	g_ptr_array_set_size(chain->joined, 0);
	g_hash_table_remove_all(chain->timers);
}

void
fake_chain_close(bsn_chain *chain)
{
	leave(chain, FAKE_CLOSING);
	if (chain->waiting->len > 0)
		fake_broke("%u requests were unanswered when the chain %s "
			   "was closed",
			   chain->waiting->len, chain->name);
	sim_replies_lose(chain);
	fake_chain_make_durable(chain, G_MAXUINT);
}

void
fake_chain_crash(bsn_chain *chain)
{
	sim_replies_lose(chain);
	leave(chain, FAKE_CRASHED);
	sim_store_crash(chain->store, 0);
}

void
fake_chain_set_automatic(bsn_chain *chain, gboolean automatic)
{
	chain->automatic = automatic;
}

void
fake_chain_set_writable(bsn_chain *chain, int32_t status)
{
	chain->writable = status;
}

const GArray *
fake_chain_blocks(const bsn_chain *chain)
{
	return chain->blocks;
}

guint
fake_chain_timers(const bsn_chain *chain)
{
	return g_hash_table_size(chain->timers);
}

static void
announce(bsn_chain *chain, uint64_t number)
{
	guint64 last;

	if (!fake_allowed(chain, "bsn_events.block", FALSE))
		return;
	last = chain->blocks->len > 0
		       ? g_array_index(chain->blocks, guint64,
				       chain->blocks->len - 1)
		       : 0;
	if (chain->blocks->len > 0 && number <= last)
		fake_broke("block %" G_GUINT64_FORMAT
			   " was announced after block %" G_GUINT64_FORMAT,
			   (guint64)number, last);
	g_array_append_val(chain->blocks, number);
}

static void
give_up(bsn_chain *chain, const bsn_err *why)
{
	if (!fake_allowed(chain, "bsn_chain_service.fail", FALSE) ||
	    chain->given_up != NULL)
		return;
	if (why->reason[0] == '\0')
		fake_broke("the chain %s was given up for no reason",
			   chain->name);
	chain->given_up = g_strndup(why->reason, sizeof(why->reason));
}

const char *
fake_chain_given_up(const bsn_chain *chain)
{
	return chain->given_up;
}

const bsn_chain_service fake_chain_service = {
	.size = sizeof(bsn_chain_service),
	.fail = give_up,
};

const bsn_events fake_events = { .size = sizeof(bsn_events),
				 .block = announce };
