/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/kernel.h: contracts that the chain itself has:
 * $acl, $contract, $govern_token, $proposal, $timer_task, $tdpos, $xpoa,
 * $consensus, $member, $parachain, $cross. Each is a table of methods on a sandbox, so
 * its effects are in the transaction like those of any contract.
 */
#ifndef XUPER_KERNEL_KERNEL_H
#define XUPER_KERNEL_KERNEL_H

#include "plugins/engine-xuper/contract/sandbox.h"

/* One call. */
typedef struct {
	Sandbox *box;
	const char *caller; /* contract that calls; NULL: the transaction */
	Xldgpb__Argument *const *args;
	guint n_args;
	GByteArray *output; /* JSON or text */
	gboolean read_only;
} KernelCall;

/* An argument's value; empty when there is none. */
bsn_slice kernel_arg(const KernelCall *call, const char *name);

/* Returns: BSN_OK; above 0: refused, the reason says why. [any] */
typedef int32_t (*KernelRun)(KernelCall *call, bsn_err *err);

/* The transaction must be this chain's machinery's own (timer, elections). */
#define KERNEL_AUTOGEN 1u
/* Reads only: `call` may ask it too. */
#define KERNEL_READS 2u

typedef struct {
	const char *contract, *method;
	KernelRun run;
	guint32 flags;
	const char *help; /* arguments, for people: "account_name, acl" */
} KernelMethod;

/* NULL: there is none. Method names compare without case, as clients differ in
 * them. A request without contract name finds $acl's, and
 * Deploy and Upgrade. [any] */
const KernelMethod *kernel_find(bsn_slice contract, bsn_slice method);
gboolean kernel_is(bsn_slice contract); /* a name beginning with '$' */
/* All, ended by NULL, for lists. */
const KernelMethod *const *kernel_all(void);

/* Tables of the parts: each ended by a method without a name. */
extern const KernelMethod kernel_acl[], kernel_contract[],
	kernel_govern_token[], kernel_proposal[], kernel_timer_task[],
	kernel_tdpos[], kernel_xpoa[], kernel_consensus[], kernel_member[],
	kernel_parachain[], kernel_cross[], /* cross/ */
	kernel_query[]; /* query/ */

/* What the chain does by itself at the beginning of a block: elections when the
 * term changes, tasks whose time has come. `box` is over the parent's layer and
 * its env has height and term.
 * Returns: BSN_OK: the sandbox's result, when it wrote anything, is the block's
 * first transaction (autogen); BSN_NOT_FOUND: nothing. */
int32_t kernel_begin_block(Sandbox *box, guint64 parent_term, bsn_err *err);

#endif
