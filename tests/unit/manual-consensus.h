/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/manual-consensus.h: the consensus "manual", which does nothing by
 * itself: the test asks the engine's proposer what a consensus would ask.
 */
#ifndef TESTS_UNIT_MANUAL_CONSENSUS_H
#define TESTS_UNIT_MANUAL_CONSENSUS_H

#include <bsn/consensus.h>
#include <glib.h>

struct bsn_agreement {
	bsn_proposer *proposer;
	guint64 applied; /* height; the engine must tell each in order, unless
			  * it may jump */
	guint64 members; /* how many it was told of last, and from which */
	guint64 since;   /* height on; 0: since it was made */
	gboolean eager;  /* asks for a proposal as soon as members change */
	int32_t asked;   /* what that gave */
};

/* Offers it to the fake host's plugins; once is enough. */
void manual_consensus_add(void);
/* The agreement made last. */
bsn_agreement *manual_last(void);
/* Whether the engine may leave heights out. */
void manual_set_jumps(gboolean may);
/* Fewer consensus members are refused from now on. */
void manual_set_least(guint64 members);
/* A decision needs so many from now on, or all when there are fewer; 1 at
 * first. */
void manual_set_quorum(guint64 members);

#endif
