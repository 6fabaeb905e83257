/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/call.h: kernel contracts that call others, as
 * proposals and timer tasks describe it:
 *
 *	{"module":"xkernel","contract":"$consensus","method":"updateConsensus",
 *	 "args":{...},"height":"100"}
 */
#ifndef XUPER_KERNEL_CALL_H
#define XUPER_KERNEL_CALL_H

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/json.h"

#define KERNEL_MODULE "xkernel"

/* The method of a description, whose args are an object. NULL: there is none, or
 * it only reads; BSN_BAD_REQUEST. [any] */
const KernelMethod *call_described(const json_t *description, const char *where,
				   bsn_err *err);
/* Calls it: args as one argument "args", JSON, and, above 0, "height".
 * output: what it answers; may be NULL. */
int32_t call_kernel(Sandbox *box, const KernelMethod *method,
		    const char *caller, const json_t *args, guint64 height,
		    GByteArray *output, bsn_err *err);

#endif
