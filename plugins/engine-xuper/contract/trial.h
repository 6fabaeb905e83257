/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/trial.h: a plan's contract requests, run on the
 * state that its transaction is to stand on.
 */
#ifndef XUPER_CONTRACT_TRIAL_H
#define XUPER_CONTRACT_TRIAL_H

#include "plugins/engine-xuper/contract/plan.h"

typedef struct {
	Sandbox *box;
	const char **auth; /* ended by NULL; texts are the plan's */
	RunResult result;
} Trial;
void trial_clear(Trial *trial);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trial, trial_clear)

/* Returns: BSN_OK, and a trial to clear. Errors: what the contracts refuse, with
 * the reason and the code; below 0. [strand] */
int32_t trial_run(Plan *plan, guint32 flags, Trial *trial, bsn_err *err);

#endif
