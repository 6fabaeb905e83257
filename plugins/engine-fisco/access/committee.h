/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/committee.h: the governance of a chain, as FISCO
 * BCOS 2.x's contract 0x1008 has it: a committee whose members vote by weight,
 * and operators whom any one member appoints.
 *
 *   "sg" 'w' address    a member's weight, unless it is 1
 *   "sg" 'h'            the threshold in percent plus 1, unless it is 50
 *
 * The committee is the list of TABLE_ACCESS, operators are that of
 * TABLE_DEPLOY: so it is lists that decide, however they were entered. Nobody
 * is of both. While there is no committee, the first member is whoever is
 * granted first; after that there always is one.
 *
 * Each function that changes something gives a code of FISCO's: 1 when it
 * was done, 0 when a vote was cast that is not enough, below 0 an error.
 *
 * All functions: [strand]. Return: BSN_OK. Errors: as bsn_store.get.
 */
#ifndef FISCO_ACCESS_COMMITTEE_H
#define FISCO_ACCESS_COMMITTEE_H

#include "plugins/engine-fisco/access/actor.h"
#include "plugins/engine-fisco/access/lists.h"

#define THRESHOLD_DEFAULT 50u
#define THRESHOLD_MAX 99u
#define WEIGHT_MAX 1000000u

enum {
	GOVERN_VOTED = 0,
	GOVERN_DONE = 1,
	GOVERN_BAD_WEIGHT = -51102,
	GOVERN_IS_MEMBER = -52000,
	GOVERN_NO_MEMBER = -52001,
	GOVERN_DENIED = -52002,
	GOVERN_BAD_THRESHOLD = -52003,
	GOVERN_OPERATOR_NO_MEMBER = -52004,
	GOVERN_MEMBER_NO_OPERATOR = -52005,
	GOVERN_IS_OPERATOR = -52006,
	GOVERN_NO_OPERATOR = -52007,
	GOVERN_BAD_ACCOUNT = -52009,
	GOVERN_ACCOUNT_AVAILABLE = -52010,
	GOVERN_ACCOUNT_FROZEN = -52011,
	GOVERN_IS_SO = -52012,
};

/* Enters a member without a vote, from block 0 on: for a chain's genesis.
 * weight: 1 to WEIGHT_MAX. */
int32_t committee_found(Overlay *state, const guint8 *user, guint64 weight);

/* The threshold that a chain begins with, 0 to THRESHOLD_MAX. */
void committee_found_threshold(Overlay *state, guint64 percent);

int32_t committee_grant(const Actor *actor, const guint8 *user,
			gint64 *result);
/* The last member stays. */
int32_t committee_revoke(const Actor *actor, const guint8 *user,
			 gint64 *result);
/* weight, percent: what was asked for; negative or huge ones are errors. */
int32_t committee_set_weight(const Actor *actor, const guint8 *user,
			     gint64 weight, gint64 *result);
int32_t committee_set_threshold(const Actor *actor, gint64 percent,
				gint64 *result);
int32_t committee_grant_operator(const Actor *actor, const guint8 *user,
				 gint64 *result);
int32_t committee_revoke_operator(const Actor *actor, const guint8 *user,
				  gint64 *result);
/* Members must be revoked before they can be frozen. */
int32_t committee_freeze(const Actor *actor, const guint8 *account,
			 gboolean freeze, gint64 *result);

/* Whether there is a committee, and whether `user` is one of it. */
int32_t committee_has(Overlay *state, const guint8 *user, gboolean *exists,
		      gboolean *member);
int32_t committee_weight(Overlay *state, const guint8 *user,
			 guint64 *weight);
int32_t committee_threshold(Overlay *state, guint64 *percent);

#endif
