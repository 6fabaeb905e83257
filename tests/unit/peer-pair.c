/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/peer-pair.h"

void
pair_share(Pair *pair, const char *chain)
{
	Host *const members[] = { pair->a, pair->b, NULL };

	host_make_chain(pair->a, chain);
	host_make_chain(pair->b, chain);
	g_assert_cmpint(host_set_members(pair->b, chain, members, 0), ==,
			BSN_OK);
	g_assert_cmpint(host_set_members(pair->a, chain, members, 2), ==,
			BSN_OK);
}

void
pair_await(Pair *pair, const char *chain)
{
	g_autofree char *a = g_strdup_printf("%s is reachable", pair->a->name);
	g_autofree char *b = g_strdup_printf("%s is reachable", pair->b->name);

	host_await(pair->a, chain, b);
	host_await(pair->b, chain, a);
}

void
pair_start(Pair *pair, void (*adjust)(Config *))
{
	pair->a = host_start("p256", 0, adjust);
	pair->b = host_start("p256-b", 0, adjust);
	pair_share(pair, "c1");
	pair_await(pair, "c1");
}

void
pair_stop(Pair *pair)
{
	host_stop(pair->a);
	host_stop(pair->b);
}

void
pair_assert_exchange(Pair *pair, const char *chain)
{
	g_autofree char *to_b = g_strdup_printf("%s: ping", pair->a->name);
	g_autofree char *to_a = g_strdup_printf("%s: pong", pair->b->name);

	g_assert_cmpint(host_send(pair->a, chain, pair->b, "ping"), ==, BSN_OK);
	host_expect(pair->b, chain, to_b);
	g_assert_cmpint(host_send(pair->b, chain, pair->a, "pong"), ==, BSN_OK);
	host_expect(pair->a, chain, to_a);
}

/* ---- looking inside ---- */

static void
note_dial(void *data, const DialView *view)
{
	Inside *inside = data;

	if (view->last_error[0] == '\0')
		return;
	g_free(inside->last_error);
	inside->last_error = g_strdup(view->last_error);
}

static void
note_peer(void *data, const PeerView *view)
{
}

static void
look_on_loop(Host *host, gpointer data)
{
	static const PeersVisitor visitor = { note_peer, note_dial };
	Inside *inside = data;

	inside->counters = host->peers->counters;
	inside->hosts = g_hash_table_size(host->peers->by_host);
	inside->links = host->peers->links.length;
	peers_visit(host->peers, &visitor, inside);
}

Inside
inside_look(Host *host)
{
	Inside inside = { .last_error = NULL };

	host_on_loop(host, look_on_loop, &inside);
	return inside;
}

void
host_send_at_last(Host *from, const Host *to, const char *text)
{
	const gint64 end =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

	while (host_send(from, "c1", to, text) != BSN_OK) {
		g_assert_cmpint(g_get_monotonic_time(), <, end);
		g_thread_yield();
	}
}

void
inside_clear(Inside *inside)
{
	g_free(inside->last_error);
}
