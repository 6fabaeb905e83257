/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/suggest.h: the word that was probably meant.
 */
#ifndef TOOLS_CTL_SUGGEST_H
#define TOOLS_CTL_SUGGEST_H

#include <glib.h>

/* Longest word that is compared, in bytes; bounds the work. */
#define SUGGEST_WORD_MAX 64

/* How many letters must be inserted, deleted, changed or swapped with their
 * neighbour to turn one word into the other (optimal string alignment). Words
 * over SUGGEST_WORD_MAX differ by G_MAXUINT. */
guint suggest_distance(const char *a, const char *b);

/* The candidate nearest to `word`: one that it begins, or one that differs in
 * at most a third of its letters; NULL when there is none. `candidates` ends
 * with NULL; the result is one of them. */
const char *suggest_nearest(const char *word, const char *const *candidates);

#endif
