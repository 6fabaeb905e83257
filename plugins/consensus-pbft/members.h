/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/members.h: who agrees, and how many of them must.
 */
#ifndef PBFT_MEMBERS_H
#define PBFT_MEMBERS_H

#include <bsn/crypto.h>
#include <bsn/host.h>
#include <glib.h>

/* Consensus members of a chain. Votes grow with the square of their number;
 * beyond this PBFT is the wrong protocol. */
#define MEMBERS_MAX 256u

typedef struct {
	char *algorithm;
	const bsn_signature *scheme;
	GBytes *key;
	char *name; /* for people */
} Member;

typedef struct {
	guint n;
	guint f;      /* that may be faulty: (n - 1) / 3 */
	guint quorum; /* ceil((n + f + 1) / 2) */
	Member *list; /* in the order of their public keys */
} Members;

/* Those of `members` that agree, of any order.
 *
 * Returns: BSN_OK.
 * Out:     members; the caller frees them.
 * Errors:  BSN_BAD_REQUEST: none, too many, one twice, an algorithm that no
 *          loaded plugin has.
 * [any] */
int32_t members_new(const bsn_member *members, guint64 n, Members **out,
		    bsn_err *err);
void members_free(Members *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Members, members_free)

/* The quorum of n, not 0. [any] */
guint members_quorum(guint n);
/* Whether so many can agree. Errors: BSN_BAD_REQUEST. [any] */
int32_t members_check_count(guint64 n, bsn_err *err);

/* The number of the one with this key, or -1. [any] */
gint members_find(const Members *members, bsn_slice key);
/* The number of the one whose key the host holds, or -1. [strand] */
gint members_self(const Members *members, bsn_chain *chain);
gboolean members_equal(const Members *a, const Members *b);

/* The number of the leader. [any] */
guint members_leader(const Members *members, guint64 height, guint64 view);

#endif
