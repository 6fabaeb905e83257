/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/policy/minimal.h: who is enough: the smallest sets of
 * principals that fulfil a policy, for choosing endorsers.
 *
 * A set has a principal as often as signers of it are needed. It is enough if
 * each counts where it is needed; evaluation gives each to the rule that asks
 * first, and tries all rules of a gate: AND(OR('A.peer', 'B.peer'), 'B.peer') is
 * not fulfilled by A and B. So whoever chose signers asks policy_holds as well,
 * and tries the next set.
 */
#ifndef FABRIC_POLICY_MINIMAL_H
#define FABRIC_POLICY_MINIMAL_H

#include "plugins/engine-fabric/policy/tree.h"

/* Sets that are kept on the way, the smallest; a policy may have very many. */
#define MINIMAL_SETS_MAX 32u

/* The sets of a policy, smallest first, none of which has all of another one.
 * Of a policy that would take too long, one set or none: then whoever asks had
 * better ask everybody.
 *
 * Returns: GPtrArray of GPtrArray of Principal, borrowed from the policy, for
 *          g_ptr_array_unref; empty when nobody can fulfil it; with one empty
 *          set when nobody need sign. [any] */
GPtrArray *minimal_sets(const Policy *policy);
GPtrArray *minimal_sets_signature(const SignaturePolicy *policy);

#endif
