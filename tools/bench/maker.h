/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/maker.h: requests of a plan, made before the clock starts: signed
 * here on all cores, or in words that a hosted key signs, or queries, or
 * finished transactions from a file.
 */
#ifndef TOOLS_BENCH_MAKER_H
#define TOOLS_BENCH_MAKER_H

#include "tools/bench/stock.h"
#include "tools/bench/target.h"
#include "tools/bench/workload.h"

typedef struct Maker Maker;

/* Learns from the target's hosts how transactions of its chains are made. The
 * target and the plan outlive it. NULL with an error. */
Maker *maker_new(Target *target, const LoadPlan *plan, GError **error);
/* Of a file that has one finished transaction a line, in hexadecimal digits. */
Maker *maker_new_file(const char *file, const LoadPlan *plan, GError **error);
void maker_free(Maker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maker, maker_free)

/* "here", "hosted", "file" or "none" */
const char *maker_signing(const Maker *maker);
/* 0: one for each transaction. */
guint maker_signers(const Maker *maker);

/* Called a few times a second. */
typedef void (*MakerProgress)(guint64 made, void *user);

/* Makes the next n transactions, `batch` of the plan in a request. FALSE with
 * an error. */
gboolean maker_fill(Maker *maker, guint64 n, Stock *stock,
		    MakerProgress progress, void *user, GError **error);

/* Whether one that has expired can be made anew. */
gboolean maker_can_renew(const Maker *maker);
/* The chain is so high: what is made from now on lives longer than that. */
void maker_renew(Maker *maker, guint chain, guint64 height);
/* Appends a transaction as a request's element, as the text that it was, but
 * for its lifetime. FALSE: it cannot be made. */
gboolean maker_again(const Maker *maker, guint chain, guint64 number,
		     GString *out);

#endif
