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

/* What SIGNING_AUTO comes to on the target's chains. */
Signing maker_signing_of(const Target *target, const LoadPlan *plan);
/* Learns from the target's hosts how transactions of its chains are made. Of
 * SIGNING_HOSTED the plan names a key. The target and the plan outlive it. NULL
 * with an error. */
Maker *maker_new(Target *target, const LoadPlan *plan, GError **error);
/* For what goes before: with the same keys, and each record in turn, for one
 * chain after the other. */
Maker *maker_new_before(const Maker *maker, const LoadPlan *plan,
			GError **error);
/* Which of the chains, from its first record on. */
void maker_begin_chain(Maker *maker, guint chain);
/* Of a file that has one finished transaction a line, in hexadecimal digits. */
Maker *maker_new_file(const char *file, const LoadPlan *plan, GError **error);
void maker_free(Maker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maker, maker_free)

/* "here", "hosted", "file" or "none" */
const char *maker_signing(const Maker *maker);
/* 0: one for each transaction. */
guint maker_signers(const Maker *maker);

/* What {run} stands for. */
const char *maker_run(const Maker *maker);
/* The number of the next transaction that is made. */
guint64 maker_next(const Maker *maker);

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
