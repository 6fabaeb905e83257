/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/mailbox.h: letters from any thread to one reader,
 * without a lock. The reader is woken once, and takes all that has come by then;
 * sometimes it finds that it has taken it already.
 */
#ifndef RUNTIME_CHAINCODE_MAILBOX_H
#define RUNTIME_CHAINCODE_MAILBOX_H

#include <glib.h>

typedef struct Letter Letter;
struct Letter {
	Letter *next;
};

typedef struct {
	Letter *last; /* atomic */
	gint woken;   /* atomic: the reader is on its way */
} Mailbox;

/* The letter is the reader's from here on.
 *
 * Returns: TRUE: the reader is to be woken. [any] */
static inline gboolean
mailbox_put(Mailbox *box, Letter *letter)
{
	do
		letter->next = g_atomic_pointer_get(&box->last);
	while (!g_atomic_pointer_compare_and_exchange(&box->last, letter->next,
						      letter));
	return g_atomic_int_compare_and_exchange(&box->woken, FALSE, TRUE);
}

/* All that is there, in order; NULL: nothing. The reader's. */
static inline Letter *
mailbox_take(Mailbox *box)
{
	Letter *from, *in_order = NULL;

	/* First: what comes from now on wakes it again. */
	g_atomic_int_set(&box->woken, FALSE);
	do
		from = g_atomic_pointer_get(&box->last);
	while (!g_atomic_pointer_compare_and_exchange(&box->last, from,
						      (Letter *)NULL));
	while (from != NULL) {
		Letter *next = from->next;

		from->next = in_order;
		in_order = from;
		from = next;
	}
	return in_order;
}

#endif
