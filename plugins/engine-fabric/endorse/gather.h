/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/endorse/gather.h: one transaction's endorsements, while
 * they are being gathered. Internal to gather.c, outcome.c, parties.c and
 * needs.c. All functions: [strand].
 */
#ifndef FABRIC_ENDORSE_GATHER_H
#define FABRIC_ENDORSE_GATHER_H

#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"

/* Somebody who may endorse it: a Candidate first. */
typedef struct {
	Candidate candidate;
	Gathering *gathering;
	GBytes *key; /* NULL: this node */
	char *name;  /* for people */
	char *address; /* "host:port"; else the name */
	gboolean has_package;
	guint64 height;
	guint64 question;  /* open; 0: none */
	Answer answer;	   /* once it has endorsed; in the gathering's arena */
	int32_t status;	   /* once it has failed */
	char *problem;	   /* likewise: a sentence without its subject */
	gint32 response;   /* likewise: when the chaincode said no; else 0 */
	gboolean given_up; /* likewise, for good */
	gboolean outside;  /* likewise: no member of a collection that the first
			    * one's results have */
} Party;

struct Gathering {
	Channel *channel;
	GatherDone done;
	gpointer owner;
	Arena arena;
	bsn_slice signed_proposal; /* in the arena */
	Proposal proposal;	   /* likewise */
	MspIdentity *who;
	GPtrArray *organisations; /* MSP ids, who must endorse; NULL: any */
	GPtrArray *parties;	  /* Party: this node, then the best others */
	Endorser *endorser;	  /* of this node */
	Party *first;		  /* whose results all must have */
	Transaction results;	  /* of it */
	char *conflict;		  /* in what somebody differed from it */
	guint other_firsts;	  /* that were given up */
	Deadline deadline;
	GList link;
	gboolean going; /* inside go */
	gboolean again; /* something has happened meanwhile */
	gboolean over;	/* it is answered */
};

/* ---- parties.c ---- */

/* All who may endorse a chaincode's transaction now.
 *
 * In: organisations: only of these; NULL: all. package_id: what runs the
 *     chaincode here; NULL: it has none. anybody: every node can run it. */
GPtrArray *parties_find(Gathering *gathering, const char *package_id,
			gboolean anybody);
void party_fail(Party *party, int32_t status, const char *problem);
/* Those that have failed, EndorseFailure, and have not answered in time when it
 * is `late`; borrowed from the parties. */
GArray *parties_failures(const Gathering *gathering, gboolean late);
/* Whether there is transient data, and whoever signed the proposal has not named
 * who may see it. */
gboolean gather_hides_transient(const Gathering *gathering);
/* Whether somebody may be asked before it is known what is written: hidden
 * transient data is shown to this node's own organisation alone. */
gboolean party_may_be_first(const Party *party);
/* Whether a party is still of the organisation that it was, by who it is now; NULL:
 * that is not proven any more. */
gboolean party_is(const Party *party, const MspIdentity *now);
/* It is known what is written: who is no member now of all collections in it is
 * not asked. */
void parties_restrict(Gathering *gathering);
/* What went wrong: "; NAME: ...; ...". The caller frees it. */
char *parties_problems(const GPtrArray *parties);

/* ---- needs.c ---- */

/* The policies of a transaction, as far as it is known what it writes.
 *
 * Returns: BSN_OK and Policy for g_ptr_array_unref, borrowed until the next
 *          block.
 * Errors:  as lifecycle_policies. */
int32_t needs_find(const Gathering *gathering, GPtrArray **policies,
		   bsn_err *err);
/* Whether it is enough already. */
gboolean needs_are_met(const Gathering *gathering, const GPtrArray *policies);
/* Whom to ask beside those that are asked. FALSE: whoever is left is not
 * enough. Out: chosen: a flag for each party. */
gboolean needs_choose(const Gathering *gathering, const GPtrArray *policies,
		      gboolean *chosen);
/* Whose endorsements go into the transaction: none that is not needed. */
void needs_trim(const Gathering *gathering, const GPtrArray *policies,
		gboolean *chosen);
/* Says that whoever is left is not enough. */
int32_t needs_refuse(const Gathering *gathering, const GPtrArray *policies,
		     bsn_err *err);

/* ---- outcome.c ---- */

/* Answers no; nothing when it is answered already. */
void gather_refuse(Gathering *gathering, int32_t status, const bsn_err *err);
/* Answers with the transaction to sign: the policies hold. */
void gather_finish(Gathering *gathering, const GPtrArray *policies);
/* Nobody is left who could be asked: answers no, or begins again. */
void gather_give_up(Gathering *gathering, const GPtrArray *policies);
/* A party has answered: it has endorsed or failed afterwards. */
void gather_take(Party *party, bsn_slice bytes);

#endif
