/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/listeners.h: subscribers to a chain's events, on a thread and
 * connections of their own, and how long each event was on its way to each.
 *
 * They read server-sent events, which all frameworks have, or subscribe to logs
 * over a WebSocket, as Ethereum's clients do on chains of the framework fisco.
 * Which transaction an event is of is in its text: "RUN-N", as a workload's
 * arguments have it by {run}-{n}; of a log in its data, which is hexadecimal.
 */
#ifndef TOOLS_BENCH_LISTENERS_H
#define TOOLS_BENCH_LISTENERS_H

#include "tools/bench/result.h"
#include "tools/bench/target.h"
#include "tools/bench/workload.h"

typedef struct Listeners Listeners;

typedef struct {
	const EventsPlan *plan;
	const char *contract;
	const char *run; /* 8 digits */
	guint64 first;	 /* number of the first transaction that counts */
	const gint64
		*sent_us; /* by number from 0 on; 0: not sent yet; atomic */
	guint64 n;	  /* of these */
} ListenHow;

/* Subscribes, each to the next host, and waits until all are; to the first
 * chain of the target. The arguments outlive it, but for the structure. NULL
 * with an error. */
Listeners *listeners_new(const Target *target, const ListenHow *how,
			 GError **error);
/* Waits until each subscriber has had the events of so many transactions, or
 * for a while nothing has come. What was heard is the run's then. */
void listeners_end(Listeners *listeners, guint64 committed, Run *run);
void listeners_free(Listeners *listeners);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listeners, listeners_free)

/* Takes the numbers of events out of a stream's text, which comes in parts:
 * calls `each` with every "RUN-N" of a line that begins with "data:". */
typedef struct {
	GString *line;
	const char *run;
} EventScan;
typedef void (*EventEach)(guint64 number, void *user);
void event_scan(EventScan *scan, const char *data, gsize len, EventEach each,
		void *user);
/* The same of one message of a WebSocket's. */
void event_scan_hex(const char *run, const char *data, gsize len,
		    EventEach each, void *user);

#endif
