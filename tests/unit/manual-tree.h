/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/manual-tree.h: a consensus on a tree that does nothing by itself:
 * the test asks the engine's tree what a protocol would ask. It goes by the names
 * "xpoa" and "tdpos".
 */
#ifndef TESTS_UNIT_MANUAL_TREE_H
#define TESTS_UNIT_MANUAL_TREE_H

#include <bsn/ext/tree.h>
#include <glib.h>

struct bsn_agreement {
	const char *name;
	bsn_proposer *proposer;
	char *config;
	guint64 n; /* members */
	guint64 height;
	guint pending, arrived, finalized, proved, judged, messages, peers;
	bsn_id last_arrived;
	guint64 cookie, timer; /* that came last */
};

/* A certificate that it takes for any block; and one that it refuses. */
#define MANUAL_GOOD "good"
#define MANUAL_BAD "bad"

/* Offers it to the fake host's plugins; once is enough. */
void manual_tree_add(void);
/* The agreement made last; how many there are. */
bsn_agreement *manual_tree_last(void);
guint manual_tree_count(void);
/* What judge answers from now on; BSN_OK at first. */
void manual_tree_judge(int32_t status);

#endif
