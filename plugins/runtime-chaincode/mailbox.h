/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/mailbox.h: letters from any thread to one reader,
 * without a lock: whoever finds the box empty wakes the reader, who takes all
 * that has come at once.
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
} Mailbox;

/* Returns: TRUE: it was empty, and the reader is to be woken. [any] */
static inline gboolean
mailbox_put(Mailbox *box, Letter *letter)
{
	do
		letter->next = g_atomic_pointer_get(&box->last);
	while (!g_atomic_pointer_compare_and_exchange(&box->last, letter->next,
						      letter));
	return letter->next == NULL;
}

/* All that is there, in order; NULL: nothing. The reader's. */
static inline Letter *
mailbox_take(Mailbox *box)
{
	Letter *from, *in_order = NULL;

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
