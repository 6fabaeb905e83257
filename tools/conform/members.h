/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/members.h: chains whose nodes come and go.
 *
 * Numbers are chosen so that one vote more or less decides: of what any protocol
 * of its kind can tolerate at most.
 */
#ifndef TOOLS_CONFORM_MEMBERS_H
#define TOOLS_CONFORM_MEMBERS_H

#include "tools/conform/bed.h"

/* Virtual time for what must not happen. */
#define MEMBERS_NOTHING_MS 30000u
/* Who votes may follow who is a member after a while: connections are made, and
 * a new vote has to be agreed on. */
#define MEMBERS_SETTLE_MS 5000u
/* Check.argument: the protocol for nodes that crash, even where there is one
 * for nodes that lie. */
#define MEMBERS_CRASH 1u

/* Members of a chain that bears one fault exactly, and not two: 4 where nodes
 * may lie, 3 where they crash. Fails the check when the workload names no
 * protocol. */
guint members_least(Run *run);
/* Whether the workload names a protocol of each kind. */
gboolean members_both(Run *run);
/* A bed with the contract, on the protocol that the check is for. */
Bed *members_bed(Run *run, guint nodes, guint spares);

/* The last block that a node has said is durable. */
guint64 members_height(Bed *bed, guint node);

/* Each fails the check when it is not so. */
void members_must_change(Bed *bed, guint about, const char *role);
/* Nodes first..last that are up come to node 0's last block. */
void members_must_be_level(Bed *bed, guint first, guint last);
/* Nodes 0..last that are up say that `about` has this role. */
void members_must_have_role(Bed *bed, guint last, guint about,
			    const char *role);
/* Nothing is committed while too many are away, and it is as soon as `node` is
 * back. */
void members_must_wait_for(Bed *bed, guint node);

#endif
