/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/peer-pair.h: two hosts that share chains, and a look inside.
 */
#ifndef TESTS_UNIT_PEER_PAIR_H
#define TESTS_UNIT_PEER_PAIR_H

#include "host/peer/private.h"
#include "tests/unit/peer-fixture.h"

typedef struct {
	Host *a, *b;
} Pair;

/* Both have the chain, and a knows b's address. */
void pair_share(Pair *pair, const char *chain);
/* Both are told that the other is reachable. */
void pair_await(Pair *pair, const char *chain);
/* Starts "p256" and "p256-b", which share "c1" and have found each other. */
void pair_start(Pair *pair, void (*adjust)(Config *));
void pair_stop(Pair *pair);
void pair_assert_exchange(Pair *pair, const char *chain);
/* On "c1", as soon as the other is reachable; when both have dialled, it may be
 * gone for a moment. */
void host_send_at_last(Host *from, const Host *to, const char *text);

/* ---- inside ---- */

typedef struct {
	PeersCounters counters;
	guint hosts, links;
	char *last_error; /* of a dial */
} Inside;

void inside_clear(Inside *inside);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inside, inside_clear)
Inside inside_look(Host *host);

/* Looks until it is so. */
#define AWAIT_INSIDE(host, inside, condition)                              \
	for (gint64 end = g_get_monotonic_time() +                         \
			  DEADLINE_S * G_USEC_PER_SEC;                     \
	     ;) {                                                          \
		g_auto(Inside) inside = inside_look(host);                        \
		if (condition)                                             \
			break;                                             \
		g_assert_cmpint(g_get_monotonic_time(), <, end);           \
		g_thread_yield();                                          \
	}

#endif
