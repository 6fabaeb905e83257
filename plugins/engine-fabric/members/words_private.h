/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/words_private.h: what words*.c share.
 */
#ifndef FABRIC_MEMBERS_WORDS_PRIVATE_H
#define FABRIC_MEMBERS_WORDS_PRIVATE_H

#include "plugins/engine-fabric/members/words.h"

typedef struct {
	const Suite *suite;
	Arena arena;
} Words;

/* Adds what an MSPConfig says to an object; FALSE: it cannot be read. [any] */
gboolean words_set_msp(Words *words, json_t *json, const void *message);

#endif
