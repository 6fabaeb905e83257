/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/answer.h: what became of transactions, read out of a gateway's
 * answer in one pass without making a tree of it. An answer is looked for what
 * is wanted, not judged: JSON that is broken elsewhere is not noticed.
 */
#ifndef TOOLS_BENCH_ANSWER_H
#define TOOLS_BENCH_ANSWER_H

#include <glib.h>

#define ANSWER_NAME_MAX 32u

typedef struct {
	gboolean committed;
	/* Why not: the error's name, or the stage that it is in; "" when it is
	 * committed. */
	char name[ANSWER_NAME_MAX];
} AnswerResult;

typedef void (*AnswerEach)(const AnswerResult *result, guint i, void *user);

/* Calls `each` for the elements of {"results": [...]}, in order. Returns how
 * many there were; 0 also when there is no such thing. */
guint answer_results(const char *text, gsize len, AnswerEach each, void *user);

/* Of {"error": {"name": ..}} and of one transaction's answer. */
void answer_one(const char *text, gsize len, AnswerResult *result);

/* The elements of an array that is the only member of an object, as a request
 * has them: where the i-th is in the text. Of strings, with their quotes. */
typedef struct {
	const char *text;
	gsize len;
} AnswerPart;

/* Appends up to `max` AnswerPart to `parts`. */
void answer_elements(const char *text, gsize len, guint max, GArray *parts);

#endif
