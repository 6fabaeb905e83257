/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/stock.h: requests that are made before the clock starts, in the
 * order they are sent. What goes beyond a share of the memory lies in a file
 * that nobody else sees and that ends with the program.
 */
#ifndef TOOLS_BENCH_STOCK_H
#define TOOLS_BENCH_STOCK_H

#include <glib.h>

typedef struct Stock Stock;

/* What a request asks for. */
typedef enum {
	DOOR_SUBMIT, /* {"txs": [..]} or {"requests": [..]} */
	DOOR_CALL,   /* a query */
} StockDoor;

/* One request. */
typedef struct {
	guint64 first; /* number of its first transaction */
	guint32 n;     /* transactions */
	guint32 len;   /* bytes of its body */
	guint32 chain; /* which of the run's */
	StockDoor door;
	char body[];
} StockUnit;

/* At most so many bytes of memory; the rest goes into files in `directory`,
 * NULL: that for temporary ones. */
Stock *stock_new(guint64 memory_max, const char *directory);
void stock_free(Stock *stock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stock, stock_free)

/* Appends one, whose first five members are taken from `unit`; any thread.
 * FALSE with an error when there is no room left. */
gboolean stock_add(Stock *stock, const StockUnit *unit, const char *body,
		   GError **error);

/* Where a reader is; zeroed: at the beginning. */
typedef struct {
	guint chunk;
	gsize at;
} StockPlace;

/* The next one, valid as long as the stock; NULL at the end. Nobody adds
 * meanwhile. */
const StockUnit *stock_next(const Stock *stock, StockPlace *place);

guint64 stock_units(const Stock *stock);
guint64 stock_transactions(const Stock *stock);
guint64 stock_bytes(const Stock *stock); /* of bodies */

/* A quarter of the machine's memory, in bytes. */
guint64 stock_memory_default(void);

#endif
