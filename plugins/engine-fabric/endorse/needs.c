/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transaction needs: the policies of the chaincode that is called and of
 * all in whose namespaces it writes; or the organisations that were asked for.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/gather.h"

int32_t
needs_find(const Gathering *gathering, GPtrArray **policies, bsn_err *err)
{
	const Protos__ChaincodeAction *action = gathering->results.action;
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	const int32_t status = lifecycle_policies(
		gathering->channel, gathering->proposal.chaincode,
		action != NULL ? message_slice(action->results)
			       : bsn_slice_of(NULL, 0),
		found, err);

	if (status == BSN_OK)
		*policies = g_steal_pointer(&found);
	return status;
}

/* ---- organisations that were asked for ---- */

/* A party of an organisation in a state, the best; -1: none. */
static int
find_party(const Gathering *gathering, const char *msp_id, CandidateState state)
{
	for (guint i = 0; i < gathering->parties->len; i++) {
		const Party *party = gathering->parties->pdata[i];

		if (party->candidate.state == state &&
		    strcmp(party->candidate.identity->msp->id, msp_id) == 0)
			return (int)i;
	}
	return -1;
}

/* Whether each has endorsed. */
static gboolean
all_have_endorsed(const Gathering *gathering)
{
	for (guint i = 0; i < gathering->organisations->len; i++)
		if (find_party(gathering, gathering->organisations->pdata[i],
			       CANDIDATE_ENDORSED) < 0)
			return FALSE;
	return TRUE;
}

static gboolean
choose_of_each(const Gathering *gathering, gboolean *chosen)
{
	for (guint i = 0; i < gathering->organisations->len; i++) {
		const char *id = gathering->organisations->pdata[i];
		int idle;

		if (find_party(gathering, id, CANDIDATE_ENDORSED) >= 0 ||
		    find_party(gathering, id, CANDIDATE_ASKED) >= 0)
			continue;
		idle = find_party(gathering, id, CANDIDATE_IDLE);
		if (idle < 0)
			return FALSE;
		chosen[idle] = TRUE;
	}
	return TRUE;
}

/* ---- either ---- */

gboolean
needs_are_met(const Gathering *gathering, const GPtrArray *policies)
{
	return gathering->organisations != NULL
		       ? all_have_endorsed(gathering)
		       : choose_is_enough(policies, gathering->parties);
}

gboolean
needs_choose(const Gathering *gathering, const GPtrArray *policies,
	     gboolean *chosen)
{
	return gathering->organisations != NULL
		       ? choose_of_each(gathering, chosen)
		       : choose_endorsers(policies, gathering->parties, chosen);
}

void
needs_trim(const Gathering *gathering, const GPtrArray *policies,
	   gboolean *chosen)
{
	const GPtrArray *parties = gathering->parties;
	g_autofree Candidate *copies = g_new0(Candidate, parties->len + 1);
	g_autoptr(GPtrArray) candidates = g_ptr_array_new();

	for (guint i = 0; i < parties->len; i++) {
		copies[i] = ((const Party *)parties->pdata[i])->candidate;
		chosen[i] = copies[i].state == CANDIDATE_ENDORSED;
		copies[i].state = chosen[i] ? CANDIDATE_IDLE : CANDIDATE_FAILED;
		g_ptr_array_add(candidates, &copies[i]);
	}
	/* It holds with all of them; there may be fewer that are enough. */
	if (gathering->organisations == NULL)
		(void)choose_endorsers(policies, candidates, chosen);
}

/* Organisations that were asked for and have nobody left. */
static int32_t
refuse_organisations(const Gathering *gathering, const char *problems,
		     bsn_err *err)
{
	const char *missing = "";

	for (guint i = 0; i < gathering->organisations->len; i++) {
		const char *id = gathering->organisations->pdata[i];

		if (find_party(gathering, id, CANDIDATE_ENDORSED) < 0 &&
		    find_party(gathering, id, CANDIDATE_ASKED) < 0 &&
		    find_party(gathering, id, CANDIDATE_IDLE) < 0)
			missing = id;
	}
	return bsn_fail(err, BSN_UNAVAILABLE,
			"no node of %s that can be reached endorses it%s",
			missing, problems);
}

/* The first that cannot be met by itself; the first when all can. */
static const Policy *
find_unmet(const Gathering *gathering, const GPtrArray *policies)
{
	g_autofree gboolean *chosen =
		g_new0(gboolean, gathering->parties->len + 1);

	for (guint i = 0; i < policies->len; i++) {
		g_autoptr(GPtrArray) one = g_ptr_array_new();

		g_ptr_array_add(one, policies->pdata[i]);
		if (!choose_endorsers(one, gathering->parties, chosen))
			return policies->pdata[i];
	}
	return policies->pdata[0];
}

/* The called chaincode's policy in its own words, if it is that; "". */
static char *
policy_text(const Gathering *gathering, const Policy *policy)
{
	Channel *channel = gathering->channel;
	g_autoptr(Definition) definition = NULL;
	char *text = NULL;

	if (lifecycle_find(channel, gathering->proposal.chaincode, &definition,
			   NULL) == BSN_OK &&
	    lifecycle_policy(channel, definition) == policy)
		text = application_policy_text(definition->policy);
	return text != NULL ? text : g_strdup("");
}

int32_t
needs_refuse(const Gathering *gathering, const GPtrArray *policies,
	     bsn_err *err)
{
	g_autofree char *problems = parties_problems(gathering->parties);
	g_autofree char *text = NULL;
	g_autofree char *missing = NULL;
	const Policy *policy;

	if (gathering->organisations != NULL)
		return refuse_organisations(gathering, problems, err);
	policy = find_unmet(gathering, policies);
	text = policy_text(gathering, policy);
	missing = choose_missing(policy, gathering->parties);
	return bsn_fail(err, BSN_UNAVAILABLE,
			"too few nodes can endorse for %s to fulfil its "
			"policy %.80s%s%s is missing%s",
			gathering->proposal.chaincode, text,
			text[0] != '\0' ? ": " : "", missing, problems);
}
