/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/private/spread.h: what an endorsement waits for. Internal
 * to distribute.c, which begins and ends it, and push.c, which asks peers. All
 * functions: [strand].
 */
#ifndef FABRIC_PRIVATE_SPREAD_H
#define FABRIC_PRIVATE_SPREAD_H

#include "plugins/engine-fabric/private/privacy.h"

/* One collection. */
typedef struct {
	const PrivateSet *set;
	Definition *definition;
	const Collection *collection;
	guint required;
	guint have;    /* other members that said so */
	guint pending; /* that are being asked */
	GHashTable *tried; /* GBytes: peers that were asked */
} SpreadPart;

/* One peer that is asked, for some of the collections. */
typedef struct {
	PrivateSpread *spread;
	GBytes *peer;
	guint64 question;
	GArray *parts; /* guint */
} SpreadPush;

struct PrivateSpread {
	Channel *channel;
	Arena arena;
	const char *tx_id; /* in the arena, as the sets */
	guint64 height;
	guint64 bytes;
	guint64 since_ms;
	guint64 batch; /* has what this node keeps of it */
	GArray *parts;	  /* SpreadPart */
	GQueue pushes;	  /* SpreadPush */
	PrivateDone done; /* NULL: it was called */
	gpointer owner;
	GList link;
};

static inline SpreadPart *
spread_part_at(const PrivateSpread *spread, guint index)
{
	return &g_array_index(spread->parts, SpreadPart, index);
}

/* ---- push.c ---- */

/* Who could be given a collection, and was not asked. */
guint spread_count_candidates(const PrivateSpread *spread,
			      const SpreadPart *part);
/* Asks whoever is to be asked: also in the place of those that cannot be. */
void spread_ask(PrivateSpread *spread);
/* A question is over; it is not answered any more. */
void spread_push_free(gpointer push);

/* ---- distribute.c ---- */

/* Somebody has answered: goes on, or ends. */
void spread_go_on(PrivateSpread *spread);

#endif
