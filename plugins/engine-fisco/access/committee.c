/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/committee.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/accounts.h"
#include "plugins/engine-fisco/access/number.h"
#include "plugins/engine-fisco/access/votes.h"

static const guint8 threshold_key[] = { STATE_BYTE, STATE_ACCESS_BYTE, 'h' };

/* What a member may change: the committee's own tables. */
static const char *const member_tables[] = { TABLE_ACCESS, TABLE_CONFIG,
					     TABLE_CONSENSUS };
static const char *const operator_tables[] = { TABLE_DEPLOY, TABLE_CNS };

/* ---- lists ------------------------------------------------------------- */

static int32_t
load(Overlay *state, const char *table, GArray **entries)
{
	AccessKey key = access_table(table);

	return access_load(state, &key, entries);
}

static int32_t
is_listed(Overlay *state, const char *table, const guint8 *user,
	  gboolean *listed)
{
	g_autoptr(GArray) entries = NULL;
	int32_t status = load(state, table, &entries);

	if (status == BSN_OK)
		*listed = access_find(entries, user) != NULL;
	return status;
}

/* Enters an account in each table, or takes it out. */
static int32_t
list(Overlay *state, const char *const *tables, guint n, const guint8 *user,
     guint64 enable, gboolean enter)
{
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < n; i++) {
		AccessKey key = access_table(tables[i]);
		AccessChange change;

		status = enter ? access_add(state, &key, user, enable, &change)
			       : access_remove(state, &key, user, &change);
	}
	return status;
}

int32_t
committee_has(Overlay *state, const guint8 *user, gboolean *exists,
	      gboolean *member)
{
	g_autoptr(GArray) entries = NULL;
	int32_t status = load(state, TABLE_ACCESS, &entries);

	if (status != BSN_OK)
		return status;
	*exists = entries->len > 0;
	*member = access_find(entries, user) != NULL;
	return BSN_OK;
}

/* ---- weights and the threshold ----------------------------------------- */

typedef struct {
	guint8 bytes[3 + ADDRESS_LEN];
} WeightKey;

static WeightKey
weight_key(const guint8 *user)
{
	WeightKey key = { { STATE_BYTE, STATE_ACCESS_BYTE, 'w' } };

	memcpy(key.bytes + 3, user, ADDRESS_LEN);
	return key;
}

static void
put_weight(Overlay *state, const guint8 *user, guint64 weight)
{
	WeightKey key = weight_key(user);
	bsn_slice name = bsn_slice_of(key.bytes, sizeof(key.bytes));

	if (weight != 1)
		number_put(state, name, weight);
	else
		overlay_delete(state, name);
}

int32_t
committee_weight(Overlay *state, const guint8 *user, guint64 *weight)
{
	WeightKey key = weight_key(user);
	int32_t status = number_get(
		state, bsn_slice_of(key.bytes, sizeof(key.bytes)), weight);

	if (status == BSN_OK && *weight == 0)
		*weight = 1;
	return status;
}

int32_t
committee_threshold(Overlay *state, guint64 *percent)
{
	int32_t status = number_get(
		state, bsn_slice_of(threshold_key, sizeof(threshold_key)),
		percent);

	*percent = *percent > 0 ? *percent - 1 : THRESHOLD_DEFAULT;
	return status;
}

static void
put_threshold(Overlay *state, guint64 percent)
{
	number_put(state, bsn_slice_of(threshold_key, sizeof(threshold_key)),
		   percent + 1);
}

/* ---- votes ------------------------------------------------------------- */

/* The members as votes are counted. */
typedef struct {
	Overlay *state;
	GArray *members;
	int32_t status;
} Electorate;

static guint64
weight_of(const guint8 *voter, gpointer data)
{
	Electorate *electorate = data;
	guint64 weight = 0;

	if (access_find(electorate->members, voter) == NULL ||
	    electorate->status != BSN_OK)
		return 0;
	electorate->status =
		committee_weight(electorate->state, voter, &weight);
	return electorate->status == BSN_OK ? weight : 0;
}

static guint64
total_weight(Electorate *electorate)
{
	guint64 total = 0;

	for (guint i = 0; i < electorate->members->len; i++)
		total += weight_of(g_array_index(electorate->members,
						 AccessEntry, i)
					   .address,
				   electorate);
	return total;
}

static int32_t
count(const Actor *actor, const GArray *votes, VoteKind kind, guint64 value,
      gboolean *passed)
{
	Electorate electorate = { .state = actor->state };
	guint64 threshold;
	int32_t status = load(actor->state, TABLE_ACCESS, &electorate.members);

	if (status != BSN_OK)
		return status;
	status = committee_threshold(actor->state, &threshold);
	if (status == BSN_OK) {
		guint64 sum = votes_sum(votes, kind, value, weight_of,
					&electorate);

		*passed = votes_pass(sum, total_weight(&electorate),
				     threshold);
		status = electorate.status;
	}
	g_array_unref(electorate.members);
	return status;
}

/* Casts the actor's vote; `passed` says whether it is enough. */
static int32_t
vote(const Actor *actor, const guint8 *subject, VoteKind kind, guint64 value,
     gboolean *passed)
{
	g_autoptr(GArray) votes = NULL;
	Vote cast = { kind, value, { 0 }, actor->number + VOTE_BLOCKS };
	int32_t status =
		votes_load(actor->state, subject, actor->number, &votes);

	if (status != BSN_OK)
		return status;
	memcpy(cast.voter, actor->origin, ADDRESS_LEN);
	votes_cast(votes, &cast);
	status = count(actor, votes, kind, value, passed);
	if (status != BSN_OK)
		return status;
	if (*passed)
		votes_close(votes, kind, value);
	votes_store(actor->state, subject, votes);
	return BSN_OK;
}

/* ---- members ----------------------------------------------------------- */

static int32_t
enter_member(Overlay *state, const guint8 *user, guint64 enable)
{
	return list(state, member_tables, G_N_ELEMENTS(member_tables), user,
		    enable, TRUE);
}

int32_t
committee_found(Overlay *state, const guint8 *user, guint64 weight)
{
	put_weight(state, user, weight);
	return enter_member(state, user, 0);
}

void
committee_found_threshold(Overlay *state, guint64 percent)
{
	if (percent != THRESHOLD_DEFAULT)
		put_threshold(state, percent);
}

/* Who is no member may do nothing: *result is GOVERN_DENIED, else 0. */
static int32_t
check_member(const Actor *actor, gint64 *result)
{
	gboolean member;
	int32_t status =
		is_listed(actor->state, TABLE_ACCESS, actor->origin, &member);

	*result = status == BSN_OK && !member ? GOVERN_DENIED : 0;
	return status;
}

static int32_t
check_candidate(const Actor *actor, const guint8 *user, gint64 *result)
{
	g_autoptr(GArray) members = NULL;
	gboolean operator;
	int32_t status = load(actor->state, TABLE_ACCESS, &members);

	if (status == BSN_OK)
		status = is_listed(actor->state, TABLE_DEPLOY, user,
				   &operator);
	if (status != BSN_OK)
		return status;
	*result = 0;
	if (members->len > 0 && access_find(members, actor->origin) == NULL)
		*result = GOVERN_DENIED;
	else if (access_find(members, user) != NULL)
		*result = GOVERN_IS_MEMBER;
	else if (operator)
		*result = GOVERN_OPERATOR_NO_MEMBER;
	else if (members->len >= ACCESS_ENTRIES_MAX)
		*result = GOVERN_DENIED;
	else if (members->len == 0)
		*result = GOVERN_DONE;
	return BSN_OK;
}

int32_t
committee_grant(const Actor *actor, const guint8 *user, gint64 *result)
{
	gboolean passed = FALSE;
	int32_t status = check_candidate(actor, user, result);

	if (status != BSN_OK || *result < 0)
		return status;
	if (*result == 0)
		status = vote(actor, user, VOTE_GRANT, 0, &passed);
	if (status != BSN_OK || (*result == 0 && !passed))
		return status;
	*result = GOVERN_DONE;
	return enter_member(actor->state, user, actor->number);
}

/* Checks a change of a member; *result is 0 when it is to be voted on. */
static int32_t
check_change(const Actor *actor, const guint8 *user, gint64 *result)
{
	gboolean member;
	int32_t status = check_member(actor, result);

	if (status != BSN_OK || *result != 0)
		return status;
	status = is_listed(actor->state, TABLE_ACCESS, user, &member);
	if (status == BSN_OK && !member)
		*result = GOVERN_NO_MEMBER;
	return status;
}

static int32_t
check_not_last(const Actor *actor, gint64 *result)
{
	g_autoptr(GArray) members = NULL;
	int32_t status = load(actor->state, TABLE_ACCESS, &members);

	if (status == BSN_OK && members->len == 1)
		*result = GOVERN_DENIED;
	return status;
}

/* Nothing of it stays, votes about it neither. */
static int32_t
remove_member(const Actor *actor, const guint8 *user)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(Vote));

	put_weight(actor->state, user, 1);
	votes_store(actor->state, user, none);
	return list(actor->state, member_tables, G_N_ELEMENTS(member_tables),
		    user, 0, FALSE);
}

int32_t
committee_revoke(const Actor *actor, const guint8 *user, gint64 *result)
{
	gboolean passed = FALSE;
	int32_t status = check_change(actor, user, result);

	if (status == BSN_OK && *result == 0)
		status = check_not_last(actor, result);
	if (status == BSN_OK && *result == 0)
		status = vote(actor, user, VOTE_REVOKE, 0, &passed);
	if (status != BSN_OK || !passed)
		return status;
	*result = GOVERN_DONE;
	return remove_member(actor, user);
}

static int32_t
check_weight(const Actor *actor, const guint8 *user, gint64 weight,
	     gint64 *result)
{
	guint64 now;
	int32_t status = committee_weight(actor->state, user, &now);

	if (weight < 1 || weight > WEIGHT_MAX)
		*result = GOVERN_BAD_WEIGHT;
	else if (status == BSN_OK && now == (guint64)weight)
		*result = GOVERN_IS_SO;
	return status;
}

int32_t
committee_set_weight(const Actor *actor, const guint8 *user, gint64 weight,
		     gint64 *result)
{
	gboolean passed = FALSE;
	int32_t status = check_change(actor, user, result);

	if (status == BSN_OK && *result == 0)
		status = check_weight(actor, user, weight, result);
	if (status == BSN_OK && *result == 0)
		status = vote(actor, user, VOTE_WEIGHT, (guint64)weight,
			      &passed);
	if (status != BSN_OK || !passed)
		return status;
	*result = GOVERN_DONE;
	put_weight(actor->state, user, (guint64)weight);
	return BSN_OK;
}

int32_t
committee_set_threshold(const Actor *actor, gint64 percent, gint64 *result)
{
	gboolean passed = FALSE;
	guint64 now;
	int32_t status = check_member(actor, result);

	if (status == BSN_OK)
		status = committee_threshold(actor->state, &now);
	if (status != BSN_OK || *result != 0)
		return status;
	if (percent < 0 || percent > (gint64)THRESHOLD_MAX)
		*result = GOVERN_BAD_THRESHOLD;
	else if ((guint64)percent == now)
		*result = GOVERN_IS_SO;
	if (*result != 0)
		return BSN_OK;
	status = vote(actor, NULL, VOTE_THRESHOLD, (guint64)percent, &passed);
	if (status != BSN_OK || !passed)
		return status;
	*result = GOVERN_DONE;
	put_threshold(actor->state, (guint64)percent);
	return BSN_OK;
}

/* ---- operators --------------------------------------------------------- */

static int32_t
check_operator(const Actor *actor, const guint8 *user, gboolean grant,
	       gint64 *result)
{
	gboolean member, operator;
	int32_t status = check_member(actor, result);

	if (status == BSN_OK)
		status = is_listed(actor->state, TABLE_ACCESS, user, &member);
	if (status == BSN_OK)
		status = is_listed(actor->state, TABLE_DEPLOY, user,
				   &operator);
	if (status != BSN_OK || *result != 0)
		return status;
	if (grant && member)
		*result = GOVERN_MEMBER_NO_OPERATOR;
	else if (grant && operator)
		*result = GOVERN_IS_OPERATOR;
	else if (!grant && !operator)
		*result = GOVERN_NO_OPERATOR;
	return BSN_OK;
}

static int32_t
change_operator(const Actor *actor, const guint8 *user, gboolean grant,
		gint64 *result)
{
	int32_t status = check_operator(actor, user, grant, result);

	if (status != BSN_OK || *result != 0)
		return status;
	*result = GOVERN_DONE;
	return list(actor->state, operator_tables,
		    G_N_ELEMENTS(operator_tables), user, actor->number,
		    grant);
}

int32_t
committee_grant_operator(const Actor *actor, const guint8 *user,
			 gint64 *result)
{
	return change_operator(actor, user, TRUE, result);
}

int32_t
committee_revoke_operator(const Actor *actor, const guint8 *user,
			  gint64 *result)
{
	return change_operator(actor, user, FALSE, result);
}

/* ---- accounts ---------------------------------------------------------- */

/* A contract signs nothing, and a member must not silence another. */
static int32_t
check_account(const Actor *actor, const guint8 *account, gint64 *result)
{
	Contract contract;
	gboolean member;
	int32_t status = is_listed(actor->state, TABLE_ACCESS, account,
				   &member);

	if (status == BSN_OK && member)
		*result = GOVERN_DENIED;
	if (status != BSN_OK || *result != 0)
		return status;
	status = contract_load(actor->state, account, &contract);
	if (status == BSN_OK)
		*result = GOVERN_BAD_ACCOUNT;
	return MIN(status, BSN_OK);
}

int32_t
committee_freeze(const Actor *actor, const guint8 *account, gboolean freeze,
		 gint64 *result)
{
	gboolean changed = FALSE;
	int32_t status = check_member(actor, result);

	if (status == BSN_OK && *result == 0)
		status = check_account(actor, account, result);
	if (status != BSN_OK || *result != 0)
		return status;
	status = account_freeze(actor->state, account, freeze, &changed);
	if (changed)
		*result = GOVERN_DONE;
	else
		*result = freeze ? GOVERN_ACCOUNT_FROZEN
				 : GOVERN_ACCOUNT_AVAILABLE;
	return status;
}
