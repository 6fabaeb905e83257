/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-members.h: a chain on two nodes whose members change. Its
 * consensus is "manual"; the engine is linked in, so that a test can look into
 * its ledger.
 */
#ifndef TESTS_UNIT_FISCO_MEMBERS_H
#define TESTS_UNIT_FISCO_MEMBERS_H

#include "plugins/engine-fisco/ledger.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

typedef struct {
	FiscoChain *chain, *other;
	bsn_agreement *agreement, *other_agreement;
	Account admins[3]; /* the committee, if there is one */
	Account nodes[4];  /* keys of nodes that are no members at first */
} MemberNet;

extern MemberNet net;

void members_start(const char *crypto);
/* The first admin has weight 2, the others 1: more than half are 3. `more`:
 * further members of the config's governance. */
void members_start_committee(const char *more);
void members_stop(void);

/* What waits becomes a block, which the other node gets undecided, as by
 * sync. */
void members_block(void);
void members_decide(const FiscoChain *on, const bsn_agreement *by,
		    const GByteArray *proposal);

/* "0x.." of an account; g_free it. */
char *members_address(const Account *account);
/* A request of kind member, built; NULL and why. `more`: further members of its
 * args, ",\"name\":\"b\"". */
GByteArray *members_build(const Account *admin, const Account *node,
			  const char *role, const char *more, int32_t *status,
			  bsn_err *err);
/* The same, submitted. */
bsn_reply *members_send(const Account *admin, const Account *node,
			const char *role, const char *more);
/* What the transaction gave: 1 when the change was made, 0 for a vote. */
gint64 members_result(const bsn_reply *reply);
/* A change in a block of its own. */
gint64 members_set(const Account *admin, const Account *node,
		   const char *role, const char *more);
/* It must be refused before it is signed. */
void members_refused(const Account *admin, const Account *node,
		     const char *role, const char *more, int32_t expected,
		     const char *reason);
/* One of FISCO's own functions, with the node's id. */
gint64 members_call(const Account *admin, const char *function,
		    bsn_slice key);

/* What the engine answers. */
json_t *members_list(void);
json_t *members_proposals(void);
/* This node's role must be so. */
void members_role(const char *expected);
bsn_slice members_own_key(void);

#endif
