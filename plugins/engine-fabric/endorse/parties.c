/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may endorse: this node, and the peers whose identities are proven.
 */
#include <string.h>

#include "plugins/engine-fabric/endorse/gather.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/kit/sink.h"

static void
party_free(gpointer data)
{
	Party *party = data;

	msp_identity_unref(party->candidate.identity);
	if (party->key != NULL)
		g_bytes_unref(party->key);
	g_free(party->name);
	g_free(party->address);
	g_free(party->problem);
	g_free(party);
}

void
party_fail(Party *party, int32_t status, const char *problem)
{
	party->candidate.state = CANDIDATE_FAILED;
	party->status = status;
	g_free(party->problem);
	party->problem = g_strdup(problem);
}

gboolean
gather_hides_transient(const Gathering *gathering)
{
	return gathering->organisations == NULL &&
	       gathering->proposal.payload->n_transientmap > 0;
}

gboolean
party_may_be_first(const Party *party)
{
	const MspIdentity *self = party->gathering->channel->self;

	return party->key == NULL ||
	       !gather_hides_transient(party->gathering) ||
	       (self != NULL &&
		strcmp(self->msp->id, party->candidate.identity->msp->id) == 0);
}

gboolean
party_is(const Party *party, const MspIdentity *now)
{
	return now != NULL &&
	       strcmp(now->msp->id, party->candidate.identity->msp->id) == 0;
}

/* Who has named organisations knows whom the data is for. */
void
parties_restrict(Gathering *gathering)
{
	for (guint i = 0; gathering->organisations == NULL &&
			  i < gathering->parties->len;
	     i++) {
		Party *party = gathering->parties->pdata[i];
		g_autofree char *problem = NULL;
		const char *collection;

		if (party->candidate.state != CANDIDATE_IDLE)
			continue;
		collection = private_stranger_to(
			gathering->channel, &gathering->results,
			gather_hides_transient(gathering),
			party->candidate.identity);
		if (collection == NULL)
			continue;
		problem = g_strdup_printf("it is no member of collection %s",
					  collection);
		party_fail(party, BSN_DENIED, problem);
		party->outside = TRUE;
	}
}

char *
parties_problems(const GPtrArray *parties)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < parties->len; i++) {
		const Party *party = parties->pdata[i];

		if (party->candidate.state == CANDIDATE_FAILED)
			g_string_append_printf(text, "; %s: %s", party->name,
					       party->problem);
	}
	return g_string_free(text, FALSE);
}

/* Who gave a result that others contradict is told in what. */
static EndorseFailure
failure_of(const Gathering *gathering, const Party *party)
{
	const gboolean differs = party->status == BSN_CONFLICT &&
				 party->response == 0 &&
				 gathering->conflict != NULL;

	return (EndorseFailure){ party->name,
				 party->address,
				 party->candidate.identity->msp->id,
				 party->status,
				 party->response,
				 differs ? gathering->conflict
					 : party->problem };
}

GArray *
parties_failures(const Gathering *gathering, gboolean late)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(EndorseFailure));

	for (guint i = 0; i < gathering->parties->len; i++) {
		const Party *party = gathering->parties->pdata[i];
		EndorseFailure failure = failure_of(gathering, party);

		if (late && party->candidate.state == CANDIDATE_ASKED) {
			failure.status = BSN_TIMEOUT;
			failure.problem = "it has not answered in time";
		} else if (party->candidate.state != CANDIDATE_FAILED) {
			continue;
		}
		g_array_append_val(list, failure);
	}
	return list;
}

static gboolean
is_wanted(const Gathering *gathering, const MspIdentity *identity)
{
	const GPtrArray *organisations = gathering->organisations;

	for (guint i = 0; organisations != NULL && i < organisations->len; i++)
		if (strcmp(organisations->pdata[i], identity->msp->id) == 0)
			return TRUE;
	return organisations == NULL;
}

static Party *
add(GPtrArray *parties, Gathering *gathering, MspIdentity *identity, char *name,
    GBytes *key)
{
	Party *party = g_new0(Party, 1);

	party->candidate.identity = msp_identity_ref(identity);
	party->gathering = gathering;
	party->name = name;
	party->address = endorser_address(gathering->channel, key, name);
	g_ptr_array_add(parties, party);
	return party;
}

static const bsn_member *
find_member(const Channel *channel, GBytes *key)
{
	return key != NULL ? members_find(channel, bytes_slice(key)) : NULL;
}

static char *
text_of(bsn_slice text, const char *otherwise)
{
	return text.len > 0
		       ? g_strndup((const char *)text.data, (gsize)text.len)
		       : g_strdup(otherwise);
}

char *
endorser_own_name(const Channel *channel)
{
	const bsn_member *member = find_member(channel, channel->public_key);

	return text_of(member != NULL ? member->name : bsn_slice_of(NULL, 0),
		       "this node");
}

char *
endorser_address(const Channel *channel, GBytes *key, const char *name)
{
	const bsn_member *member = find_member(channel, key);

	return text_of(member != NULL ? member->address
				      : bsn_slice_of(NULL, 0),
		       name);
}

static void
add_self(GPtrArray *parties, Gathering *gathering, const char *package_id,
	 gboolean anybody)
{
	Channel *channel = gathering->channel;
	Party *party;

	if (channel->self == NULL || !is_wanted(gathering, channel->self) ||
	    !(anybody ||
	      (package_id != NULL && package_exists(channel, package_id))))
		return;
	party = add(parties, gathering, channel->self,
		    endorser_own_name(channel), channel->public_key);
	party->has_package = TRUE;
	party->height = G_MAXUINT64; /* whatever others have, it is nearest */
}

static void
add_peers(GPtrArray *parties, Gathering *gathering, const char *package_id,
	  gboolean anybody)
{
	Channel *channel = gathering->channel;
	NetPeer *peer;
	Party *party;

	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL &&
			  parties->len < SIGNERS_MAX;
	     i++) {
		if (!peer->reachable || peer->identity == NULL ||
		    !is_wanted(gathering, peer->identity))
			continue;
		party = add(parties, gathering, peer->identity,
			    net_peer_name(channel, peer), peer->key);
		party->key = g_bytes_ref(peer->key);
		party->height = peer->height;
		/* Organisations may have packages of their own, so who has not
		 * this one may be asked as well, after others. */
		party->has_package =
			anybody ||
			(package_id != NULL && peer->packages != NULL &&
			 g_hash_table_contains(peer->packages, package_id));
	}
}

/* This node first, then who has the chaincode, then who has more blocks. */
static int
compare(gconstpointer left, gconstpointer right)
{
	const Party *a = *(const Party *const *)left;
	const Party *b = *(const Party *const *)right;

	if (a->key == NULL || b->key == NULL)
		return a->key == NULL ? -1 : 1;
	if (a->has_package != b->has_package)
		return a->has_package ? -1 : 1;
	if (a->height != b->height)
		return a->height > b->height ? -1 : 1;
	return g_bytes_compare(a->key, b->key);
}

GPtrArray *
parties_find(Gathering *gathering, const char *package_id, gboolean anybody)
{
	GPtrArray *parties = g_ptr_array_new_with_free_func(party_free);

	add_self(parties, gathering, package_id, anybody);
	if (gathering->channel->net != NULL)
		add_peers(parties, gathering, package_id, anybody);
	g_ptr_array_sort(parties, compare);
	return parties;
}
