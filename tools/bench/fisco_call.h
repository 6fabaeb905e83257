/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/fisco_call.h: call data of contracts on chains of the framework
 * fisco, for arguments that differ from one transaction to the next. How a
 * chain encodes is found out by encoding what it has encoded itself.
 */
#ifndef TOOLS_BENCH_FISCO_CALL_H
#define TOOLS_BENCH_FISCO_CALL_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

typedef struct FiscoCall FiscoCall;

/* `function` is a name or a signature; `interface` the contract's ABI, NULL
 * when there is none; `data` what the chain has made of `args`. NULL with an
 * error when none of the ways that are known leads there. */
FiscoCall *fisco_call_find(const char *function, const json_t *interface,
			   const json_t *args, bsn_slice data, GError **error);
void fisco_call_free(FiscoCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FiscoCall, fisco_call_free)

/* Appends the data for these arguments. FALSE with an error. Any thread. */
gboolean fisco_call_encode(const FiscoCall *call, json_t *args, GByteArray *out,
			   GError **error);

#endif
