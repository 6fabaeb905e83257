/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/votes/members.h: who agrees by votes, and how many of them must.
 */
#ifndef KIT_VOTES_MEMBERS_H
#define KIT_VOTES_MEMBERS_H

#include <bsn/crypto.h>
#include <bsn/host.h>
#include <glib.h>

/* Consensus members of a chain. Votes grow with the square of their number;
 * beyond this, voting is the wrong way. */
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
	Member *list; /* in the chain's order until they are sorted */
} Members;

/* Those of `members` that agree, in their order, for the protocol `who`.
 *
 * Returns: BSN_OK.
 * Out:     members; the caller frees them.
 * Errors:  BSN_BAD_REQUEST: none, too many, one twice, an algorithm that no
 *          loaded plugin has.
 * [any] */
int32_t members_new(const bsn_member *members, guint64 n, const char *who,
		    Members **out, bsn_err *err);
/* The same one by one: members is zeroed first; end says whether they can agree.
 * Errors: those of members_new. [any] */
int32_t members_add(Members *members, const bsn_member *member, bsn_err *err);
int32_t members_end(Members *members, const char *who, bsn_err *err);
void members_free(Members *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Members, members_free)

/* The quorum of n, not 0. [any] */
guint members_quorum(guint n);
/* Whether so many can agree by `who`. Errors: BSN_BAD_REQUEST. [any] */
int32_t members_check_count(const char *who, guint64 n, bsn_err *err);
/* Orders them by their public keys. [any] */
void members_sort(Members *members);

/* The number of the one with this key, or -1. [any] */
gint members_find(const Members *members, bsn_slice key);
/* The number of the one whose key the host holds, or -1. [strand] */
gint members_self(const Members *members, bsn_chain *chain);

#endif
