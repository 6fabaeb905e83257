/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/queue.h: what is going to happen, in order of virtual time; what
 * was put in first happens first among equals.
 */
#ifndef TOOLS_SIM_QUEUE_H
#define TOOLS_SIM_QUEUE_H

#include <bsn/host.h>
#include <glib.h>

typedef enum {
	SIM_EVENT_MESSAGE, /* number: its own; from; bytes */
	SIM_EVENT_TIMER,   /* number: id; generation */
	SIM_EVENT_DURABLE, /* the oldest batch is synced */
	SIM_EVENT_PEER,    /* from: whether it is reachable is looked at */
	SIM_EVENT_BOOT,    /* the process starts */
	SIM_EVENT_CLIENT,  /* number: of the client */
	SIM_EVENT_FAULT,   /* number: 0, or 1 + the node that has decided */
	SIM_EVENT_SNAPSHOT, /* one is taken, or a node begins with one */
} SimEventKind;

typedef struct {
	guint64 at_us;
	guint64 order;
	SimEventKind kind;
	bsn_chain *to;    /* NULL for clients and faults */
	guint64 epoch;    /* the life of `to` that it is meant for */
	guint64 number;
	guint64 generation;
	guint from;       /* node */
	GBytes *bytes;    /* or NULL; owned */
} SimEvent;

typedef struct SimQueue SimQueue;

SimQueue *sim_queue_new(void);
void sim_queue_free(SimQueue *queue);
/* Takes the event's bytes. */
void sim_queue_push(SimQueue *queue, const SimEvent *event);
/* FALSE when nothing is going to happen. The caller owns the bytes. */
gboolean sim_queue_pop(SimQueue *queue, SimEvent *event);
guint sim_queue_length(const SimQueue *queue);
/* When the next event happens; G_MAXUINT64: never. */
guint64 sim_queue_next_us(const SimQueue *queue);

#endif
