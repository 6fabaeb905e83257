/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/args.h: arguments of a kernel contract's call, each
 * refused with a sentence that names it; and who has signed.
 */
#ifndef XUPER_KERNEL_ARGS_H
#define XUPER_KERNEL_ARGS_H

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/engine-xuper/kernel/value.h"

/* A text of 1 to `max` bytes without NUL; the caller frees it. NULL: it is missing
 * or none, BSN_BAD_REQUEST. [any] */
char *arg_text(const KernelCall *call, const char *name, gsize max,
	       bsn_err *err);
/* An address; the same. */
char *arg_address(const KernelCall *call, const char *name, bsn_err *err);
/* An address or an account; the same. */
char *arg_owner(const KernelCall *call, const char *name, bsn_err *err);
/* An amount above zero. FALSE: BSN_BAD_REQUEST. */
gboolean arg_amount(const KernelCall *call, const char *name,
		    guint8 amount[AMOUNT_LEN], bsn_err *err);
/* An integer in decimal digits. FALSE: BSN_BAD_REQUEST. */
gboolean arg_number(const KernelCall *call, const char *name, guint64 *number,
		    bsn_err *err);

/* The method's answer. */
void answer_text(KernelCall *call, const char *text);
void answer_json(KernelCall *call, const json_t *value);

/* Who begins the transaction; NULL: nobody, the chain itself does, and the reason
 * says so. BSN_DENIED. */
const char *call_initiator(const KernelCall *call, bsn_err *err);
/* Whether that contract calls; else the reason. BSN_DENIED. */
gboolean called_by(const KernelCall *call, const char *contract, bsn_err *err);
/* Whether an address has signed: as the initiator, or at the end of a path of
 * auth_require. [any] */
gboolean has_signed(const SandboxEnv *env, const char *address);
/* Whether who has signed may act for an account: its ACL in the state.
 * Returns: BSN_OK, BSN_DENIED. Errors: of the sandbox. */
int32_t may_act_for(const KernelCall *call, const char *account, bsn_err *err);

#endif
