/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/order.h: the entries of a layer by ascending key: a
 * row of pages, each a sorted array, so that an entry is put in among a million
 * by moving a few hundred pointers. All functions: [strand].
 */
#ifndef XUPER_STATE_ORDER_H
#define XUPER_STATE_ORDER_H

#include <bsn/base.h>
#include <glib.h>

typedef struct Entry Entry; /* layer_private.h */

typedef struct {
	GPtrArray *pages; /* OrderPage; none is empty; NULL: no entry */
} Order;

/* A place between entries or at one. */
typedef struct {
	guint page, at;
} OrderPlace;

void order_clear(Order *order);
/* Puts n entries in, which it sorts; none of their keys is there yet. */
void order_add(Order *order, Entry **entries, guint n);
/* The first entry whose key is not before `key`, or the end. */
OrderPlace order_from(const Order *order, bsn_slice key);
OrderPlace order_end(const Order *order);
/* The entry at a place, and moves on; NULL at the end. */
const Entry *order_next(const Order *order, OrderPlace *place);
/* The entry before a place, and moves there; NULL at the beginning. */
const Entry *order_previous(const Order *order, OrderPlace *place);

#endif
