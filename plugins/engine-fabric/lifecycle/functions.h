/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/lifecycle/functions.h: the functions of _lifecycle. Each
 * has one argument, a message, and answers with one. Internal to lifecycle/.
 */
#ifndef FABRIC_LIFECYCLE_FUNCTIONS_H
#define FABRIC_LIFECYCLE_FUNCTIONS_H

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/lifecycle/private.h"

static inline bsn_slice
call_argument(const SystemCall *call)
{
	return bsn_slice_of(call->args[0].data, call->args[0].len);
}

static inline View
call_view(const SystemCall *call)
{
	return (View){ call->channel->ledger, call->simulator };
}

/* SystemFn, all of them. */

/* ---- agree.c ---- */
int32_t agree_approve(SystemCall *call, bsn_err *err);
int32_t agree_readiness(SystemCall *call, bsn_err *err);
int32_t agree_commit(SystemCall *call, bsn_err *err);
/* Our own: what approve and commit do, in one transaction. */
int32_t agree_deploy(SystemCall *call, bsn_err *err);

/* ---- condition.c: all our own ---- */
int32_t condition_freeze(SystemCall *call, bsn_err *err);
int32_t condition_unfreeze(SystemCall *call, bsn_err *err);
int32_t condition_uninstall(SystemCall *call, bsn_err *err);
/* The consent of the caller's organisation alone. */
int32_t condition_approve_freeze(SystemCall *call, bsn_err *err);
int32_t condition_approve_unfreeze(SystemCall *call, bsn_err *err);
int32_t condition_approve_uninstall(SystemCall *call, bsn_err *err);

/* ---- installed.c ---- */
int32_t installed_install(SystemCall *call, bsn_err *err);
int32_t installed_one(SystemCall *call, bsn_err *err);
int32_t installed_all(SystemCall *call, bsn_err *err);
int32_t installed_package(SystemCall *call, bsn_err *err);

/* ---- answers.c ---- */
int32_t answer_approved(SystemCall *call, bsn_err *err);
int32_t answer_definition(SystemCall *call, bsn_err *err);
int32_t answer_definitions(SystemCall *call, bsn_err *err);

#endif
