/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/leaving.h: former members who may not know yet that
 * they are none: one who only follows learns it from the block that removed it,
 * which somebody must give it. For LEAVING_MS it stays in the transport's list
 * and gets blocks up to that one, nothing later and nothing else. All functions:
 * [strand].
 */
#ifndef FISCO_NET_LEAVING_H
#define FISCO_NET_LEAVING_H

#include "plugins/engine-fisco/net/peers.h"

#define LEAVING_MS 30000u

/* Block `number`, which becomes the head, leaves no members but `list`. */
void leaving_begin(Ledger *ledger, const MemberList *list, guint64 number,
		   const guint8 *hash);
/* Tells the transport who may be spoken to: the members, and who is leaving. */
int32_t leaving_set_members(Ledger *ledger);
/* The one with this identity; NULL. Borrowed until the next leaving_*. */
const NetLeaver *leaving_find(const Ledger *ledger, bsn_slice public_key);
/* It has said which block it has. */
void leaving_told(Ledger *ledger, bsn_slice public_key, guint64 height);
/* Ends what has lasted long enough. */
void leaving_expire(Ledger *ledger);

void leaver_free(gpointer leaver);

#endif
