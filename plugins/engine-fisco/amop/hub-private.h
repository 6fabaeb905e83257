/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/amop/hub-private.h: the inside of a hub, for hub.c (who
 * has which topic), relay.c (messages) and private.c (keys). All functions:
 * [strand].
 */
#ifndef FISCO_AMOP_HUB_PRIVATE_H
#define FISCO_AMOP_HUB_PRIVATE_H

#include "plugins/engine-fisco/amop/hub.h"

struct AmopHub {
	bsn_chain *chain;
	GQueue members;       /* AmopMember; who got a message last is last */
	GSequence *relays;    /* Relay, by until_ms */
	GHashTable *privates; /* AmopPrivate by topic */
	guint64 last_serial;  /* of a member */
};

/* A member's right to one of its topics. */
typedef struct {
	gboolean verified; /* also: the topic is not private */
	GBytes *proven;    /* the key that it showed; NULL: its certificate's */
	GArray *publishers; /* serials of those who verified it; NULL: none */
} AmopAccess;

gboolean amop_is_private(const char *topic);
/* NULL: the member has not the topic. */
AmopAccess *amop_access(const AmopMember *member, const char *topic);
/* Verifies the member, or no longer, by the keys that are declared. */
void amop_judge(const AmopHub *hub, const AmopMember *member,
		const char *topic);

/* ---- relay.c ---- */

/* Who waits for the member, or whom it has asked, is told. */
void amop_relays_end(AmopHub *hub, AmopMember *member);
void amop_relays_free(AmopHub *hub);

#endif
