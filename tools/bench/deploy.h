/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/deploy.h: the contract of a workload, on chains that do not have
 * it.
 */
#ifndef TOOLS_BENCH_DEPLOY_H
#define TOOLS_BENCH_DEPLOY_H

#include "tools/bench/target.h"
#include "tools/bench/workload.h"

/* Deploys on each of the target's chains, but where there is a contract of that
 * name. `signer` is a hosted key. Where code is not absolute it is beside the
 * workload's file. FALSE with an error. */
gboolean deploy_contract(const Target *target, const Workload *workload,
			 const DeployPlan *plan, const char *contract,
			 const char *signer, GError **error);

#endif
