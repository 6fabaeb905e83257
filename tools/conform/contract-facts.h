/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/contract-facts.h: what an engine says of a contract
 * (bsn_contract_ops.get and list).
 */
#ifndef TOOLS_CONFORM_CONTRACT_FACTS_H
#define TOOLS_CONFORM_CONTRACT_FACTS_H

#include "tools/conform/bed.h"

/* Texts last as long as the bed; NULL where the member is not there. */
typedef struct {
	const char *name, *version, *address, *state;
	guint64 block;
} Facts;

/* Those at a pointer of an answer: "" or "/contracts/0". All NULL when there is
 * nothing. */
Facts facts_of(Bed *bed, const bsn_reply *reply, const char *pointer);
/* The workload's contract by its name, from a node. Fails the check when get
 * does not answer. */
Facts facts_get(Bed *bed, guint node);
/* Fails the check unless it has name, version, state and block. */
void facts_must_be_whole(Bed *bed, const Facts *facts);
gboolean facts_equal(const Facts *a, const Facts *b);

/* All of a list's answer, Facts. Fails the check when it is no list. */
GArray *facts_all(Bed *bed, const bsn_reply *list);
/* How often a list has this one. */
guint facts_listed(Bed *bed, const bsn_reply *list, const Facts *facts);

#endif
