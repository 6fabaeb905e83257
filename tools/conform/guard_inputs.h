/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/guard_inputs.h: memory that a function may read while it runs
 * and must not touch before or after. Addresses are never used again, so a
 * pointer that was kept is found whenever it is used.
 */
#ifndef TOOLS_CONFORM_GUARD_INPUTS_H
#define TOOLS_CONFORM_GUARD_INPUTS_H

#include <bsn/host.h>
#include <glib.h>

/* Bytes of a record, which may be longer than its type is today. */
#define RECORD_SIZE(record) MAX((gsize)(record)->size, sizeof(*(record)))

/* The inputs of one call. */
typedef struct {
	const char *call;
	guint8 *begin, *end; /* pages */
	guint8 *at;          /* next free byte */
} Inputs;

/* What is watched from now on: writes while a call runs, anything at all once
 * it is over. Both at first. */
void inputs_watch(gboolean writes, gboolean afterwards);
/* Whether copies stay as they are, for who finds out in another way. */
gboolean inputs_are_left(void);

/* Room for `bytes` of copies of a call named `call`, a constant. */
void inputs_begin(Inputs *inputs, const char *call, gsize bytes);
/* A copy; NULL stays NULL. Aligned for any type. */
void *inputs_copy(Inputs *inputs, const void *data, gsize len);
bsn_slice inputs_slice(Inputs *inputs, bsn_slice slice);
const char *inputs_text(Inputs *inputs, const char *text);
const bsn_member *inputs_members(Inputs *inputs, const bsn_member *members,
				 guint64 n);
/* From now on the copies can only be read. */
void inputs_seal(Inputs *inputs);
/* From now on nobody can touch them. */
void inputs_end(Inputs *inputs);

/* Bytes that inputs_copy takes for `len`, at most. */
gsize inputs_size(guint64 len);
gsize inputs_members_size(const bsn_member *members, guint64 n);

/* Whose input an address was: the call's name, and whether that call is over.
 * NULL when it is none. Safe in a signal handler. */
const char *inputs_find(const void *address, gboolean *over);

#endif
