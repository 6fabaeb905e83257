/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/certified.h: headers that have come with their
 * certificates: do they follow one another, and did the members sign them?
 */
#ifndef FISCO_NET_CERTIFIED_H
#define FISCO_NET_CERTIFIED_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/net/message.h"

typedef struct {
	NetHeader raw;
	Header header;
	guint8 hash[HASH_LEN];
	const bsn_member *members; /* who agree on it; the caller's */
	guint n_members;
	int32_t status; /* of its certificate */
	bsn_err err;
} Candidate;

/* Reads a message's headers into as many candidates.
 *
 * Returns: how many follow one after the other, the first one `parent`.
 * [any] */
guint64 certified_read(const Ledger *ledger, const NetMessage *message,
		       const guint8 *parent, Candidate *candidates);

/* Verifies the certificates of n candidates whose members are set, on all
 * workers. A protocol without certificates is for members that trust each
 * other.
 *
 * Returns: how many are certified, from the first on. [strand] */
guint64 certified_verify(Ledger *ledger, Candidate *candidates, guint64 n);

#endif
