/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/storm.h: many wrong inputs, one after the other, and what came
 * of them.
 */
#ifndef TOOLS_CONFORM_STORM_H
#define TOOLS_CONFORM_STORM_H

#include "tools/conform/bed.h"

/* Bytes of memory that a storm may leave taken. */
#define STORM_MEMORY_MAX (64u << 20)

/* ---- wrong inputs -------------------------------------------------------- */

/* Random bytes, 0 to `most` of them; free with g_byte_array_unref, as all that
 * follow. */
GByteArray *storm_noise(SimRandom *random, gsize most);
/* The bytes with something wrong: some flipped, cut off, taken out, put in,
 * twice there, or all of them random. Never the same bytes. */
GByteArray *storm_spoil(SimRandom *random, bsn_slice good);
/* A JSON text with another value, of any type, size or depth, somewhere in it,
 * a member more or less, or spoilt as text. */
GByteArray *storm_spoil_json(SimRandom *random, const char *good);
/* JSON texts that parsers are known to trip over: number `i` of them, NULL
 * beyond the last. */
GByteArray *storm_odd_json(guint i);
bsn_slice storm_slice(const GByteArray *bytes);

/* ---- what comes ---------------------------------------------------------- */

typedef struct {
	Run *run;
	const char *what;   /* "tx.begin" */
	guint64 counts[64]; /* of answers, by status from -32 on */
	gsize peak;         /* resident bytes at most, before it */
} Storm;

void storm_begin(Storm *storm, Run *run, const char *what);
/* Counts an answer, whatever it is. */
void storm_count(Storm *storm, int32_t status);
guint64 storm_counted(const Storm *storm, int32_t status);
/* An answer. What somebody outside got wrong is never answered with a status
 * below 0, but for misuse by a host (`by_host`); and a failure has a reason.
 * Fails the check otherwise. */
void storm_answer(Storm *storm, int32_t status, const bsn_err *err,
		  gboolean by_host);
/* Notes what came how often; memory must be bounded. */
void storm_end(Storm *storm);

/* Whether the ABI has this status. */
gboolean status_is_known(int32_t status);
/* What is wrong with the reason of a failure; NULL: nothing. */
const char *reason_fault(const bsn_err *err);

/* ---- what must be as it was ---------------------------------------------- */

typedef struct {
	guint64 height, txs;
	bsn_id hash;
} Standing;

Standing standing_of(Bed *bed, guint node);
/* Whether who has signed a transaction is found from the signature itself: then
 * one that was altered may be somebody else's, whom nobody knows, and get into
 * a block. */
gboolean storm_recovers(Bed *bed);
/* The chain is where it was, and goes on: what is put is read. */
void standing_check(Bed *bed, guint node, const Standing *before);

#endif
