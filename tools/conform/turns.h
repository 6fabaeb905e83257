/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/turns.h: two threads that do what they are given in turn, one
 * thing at a time, as the calls of a chain come on any thread of a host
 * ([strand] in bsn/base.h).
 */
#ifndef TOOLS_CONFORM_TURNS_H
#define TOOLS_CONFORM_TURNS_H

#include <glib.h>

typedef struct Turns Turns;

Turns *turns_new(void);
/* turns_free(NULL) does nothing. */
void turns_free(Turns *turns);
/* Returns when it is done. */
void turns_do(Turns *turns, void (*work)(gpointer data), gpointer data);

#endif
