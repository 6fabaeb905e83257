/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/pbft.h: Practical Byzantine Fault Tolerance (Castro
 * and Liskov, OSDI 1999; Castro's thesis, 2001) as FISCO BCOS 2 uses it: blocks
 * one after the other, each agreed on by an instance of its own with views that
 * begin at 0, and a leader that goes on to the next member with each block.
 *
 * Members are the chain's consensus members in the order of their public keys.
 * Of n, f = (n - 1) / 3 may do anything at all; a quorum is
 * ceil((n + f + 1) / 2), which is 2f + 1 for n = 3f + 1. Two quorums share
 * f + 1 members, so at least one honest one, whatever n is. The leader of a
 * height's view is member (height + view) mod n.
 *
 * A height goes so. The leader sends its proposal with its own prepare vote.
 * Who finds it good votes prepare. A quorum of prepare votes for one digest in
 * one view locks it: the node keeps them and votes commit. A quorum of commit
 * votes decides and is the block's certificate. In a view that brings nothing
 * in time a node votes for the next one and tells what it is locked on; the
 * leader of a later view shows a quorum of such votes and must propose what the
 * highest lock among them says.
 *
 * A decided height is PBFT's stable checkpoint, and its certificate the proof:
 * the log of the height is dropped when it is decided, its records once the
 * engine has it durable, and the last certificate is kept for who missed it.
 * The high watermark is a window of few heights (agreement.h); whoever is
 * further behind is told so, and its engine fetches blocks.
 *
 * Nothing is sent before what it says is on disk (record.c, outbox.c), and
 * nothing is done while nothing waits: there are no empty blocks, and no timer
 * runs on an idle chain.
 *
 * A dead leader (health.c): a leader that let its view pass and was not heard
 * of since, or that is not connected, gets suspect_timeout_ms instead of
 * view_timeout_ms, and a node that changes views passes over it. One that is
 * alive and leads to nothing again and again is passed over for 1, 3, 7, ... 63
 * of its turns.
 * Timeouts and the choice of the view to go to are each node's own affair in
 * PBFT, so this costs no safety; and since it is left aside once a height has
 * seen as many views as there are members, timeouts then double without
 * exception, and PBFT's argument for progress holds.
 *
 * Pipelining: with an engine that offers bsn_proposer.expect the leader of the
 * next height proposes, and the others check, while commit votes for this one
 * are on their way. Votes on the next height still come after this one is
 * decided, so each height's members are known and its safety is its own.
 *
 * Config, all optional: {"block_interval_ms": 0 to 60000, from one proposal to the
 * next (0), of which a quarter may be made up for when one was late;
 * "view_timeout_ms": 100 to 600000, of view 0, doubled with each further view
 * (3000); "view_timeout_max_ms" (60000); "suspect_timeout_ms": 0 to 60000 (50);
 * "resend_ms": 20 to 60000, after which a node without progress asks the others
 * for what it lacks (500); "pipeline": true or false (true)}.
 */
#ifndef PBFT_PBFT_H
#define PBFT_PBFT_H

#include <bsn/consensus.h>

extern const bsn_consensus pbft_consensus;

#endif
