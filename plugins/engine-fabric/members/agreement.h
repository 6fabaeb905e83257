/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/agreement.h: the nodes of a channel as its
 * config has them: proto/bsn/agreement.proto in ConsensusType.metadata.
 */
#ifndef FABRIC_MEMBERS_AGREEMENT_H
#define FABRIC_MEMBERS_AGREEMENT_H

#include "plugins/engine-fabric/engine.h"

/* Nodes of one channel; bytes of a name or an address, and of settings. */
#define MEMBERS_MAX 1024u
#define MEMBER_TEXT_MAX 255u
#define AGREEMENT_SETTINGS_MAX (64u << 10)

/* Reads an Agreement. Nodes stand in the order of their keys, each once.
 *
 * Returns: BSN_OK and members for members_clear.
 * In:      suite: of the keys.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t agreement_read(const Suite *suite, bsn_slice bytes, Members *members,
		       bsn_err *err);
void members_clear(Members *members);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Members, members_clear)

static inline const bsn_member *
members_at(const Members *members, guint i)
{
	return &g_array_index(members->list, bsn_member, i);
}

/* Borrowed; NULL: no member. [any] */
const bsn_member *members_lookup(const Members *members, bsn_slice public_key);
/* Those that take part in consensus. [any] */
guint members_agreeing(const Members *members);

/* Whether nodes may change from one config to the next: the consensus runs with
 * those that are left and as it was set, and at most one of those that agree
 * comes or goes, so that any quorum of them has a node of the quorum before
 * (Ongaro 2014, section 4.1).
 *
 * Returns: BSN_OK. Errors: BSN_CONFLICT. [any] */
int32_t agreement_follows(const bsn_consensus *consensus, const Members *before,
			  const Members *after, bsn_err *err);

/* A role's word: "consensus", "observer", "none". [any] */
gboolean member_role_read(const char *word, guint32 *role);
const char *member_role_word(guint32 role);

/* A config's Agreement, borrowed. [any] */
static inline bsn_slice
agreement_of(const ChannelConfig *config)
{
	gsize len = 0;
	gconstpointer data =
		config->orderer_metadata != NULL
			? g_bytes_get_data(config->orderer_metadata, &len)
			: NULL;

	return (bsn_slice){ data, len };
}

#endif
