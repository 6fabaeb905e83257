/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/worker.h: the half of a program on the main loop:
 * the process or service that answers its calls.
 *
 *	worker.c  when it is started, and how it ends
 *	talk.c    what is said with it: the shim's protocol
 *	node.c    a package of type "node": a child
 *	service.c one of type "ccaas" or "external": a connection
 *
 * All functions: [main].
 */
#ifndef RUNTIME_CHAINCODE_WORKER_H
#define RUNTIME_CHAINCODE_WORKER_H

#include "plugins/runtime-chaincode/link.h"
#include "plugins/runtime-chaincode/program.h"
#include "plugins/runtime-chaincode/shim.h"

/* Milliseconds until it must have registered. */
#define WORKER_START_MS 60000u

typedef struct NodeStart NodeStart;

typedef enum {
	WORKER_COLD, /* there is nothing */
	WORKER_STARTING,
	WORKER_READY,  /* registered */
	WORKER_ENDING, /* a child that was killed is not gone yet */
} WorkerState;

struct Worker {
	Program *program; /* holds a reference */
	GList link_of_all;
	WorkerState state;
	gboolean stopping; /* for good */
	char *failing;	   /* why it is to be ended, at worker_settle */
	char *trouble;	   /* why it was, the last time */
	guint starts;
	guint failures;	   /* since a call was completed */
	guint unanswered;  /* calls that were given up, likewise */
	gint64 not_before; /* monotonic: it is not started before */
	bsn_io_alarm alarm;
	bsn_io_timer *timer; /* to register, or without a call */
	/* Calls. */
	GHashTable *tasks; /* a set, holding a reference each */
	guint given_up;	   /* of them: nobody waits for them any more */
	GQueue out;	   /* Outgoing: waits for room, or for READY */
	gsize out_bytes;
	/* gRPC. */
	LinkOwner owner;
	Link *link;
	GrpcCall *call;
	gboolean full, holds_read;
	/* A child. */
	bsn_io_acceptor door;
	bsn_io_parent parent;
	bsn_io_child *child;
	NodeStart *node_start; /* its files are being unpacked */
};

#define WORKER_OF(pointer, member)                                            \
	((Worker *)(void *)((char *)(pointer)-G_STRUCT_OFFSET(Worker, member)))

/* Says that it is to be ended, for a reason; the first stays. */
void worker_fail(Worker *worker, const char *format, ...)
	G_GNUC_PRINTF(2, 3);
/* Ends it, if it is to be; after everything that happened, and never inside an
 * event of gRPC. The worker may be gone afterwards. */
void worker_settle(Worker *worker);
/* It has registered. */
void worker_ready(Worker *worker);
/* No call of it is left: the time until it is stopped begins. */
void worker_idle(Worker *worker);
/* A call of it was completed. */
void worker_completed(Worker *worker);

/* ---- talk.c ---- */

/* The events of its one call. */
extern const GrpcCallEvents talk_events;
/* Asks the program what a note says. */
void talk_begin(Worker *worker, Note *note);
void talk_answer(Worker *worker, Note *note);
void talk_give_up(Worker *worker, Task *task);
/* Sends what there is room for. */
void talk_flush(Worker *worker);
/* Drops what waits, and ends all calls with BSN_UNAVAILABLE. */
void talk_end(Worker *worker, const char *reason);

/* ---- node.c, service.c ---- */

/* Begin; what goes wrong at once is a worker_fail. */
void node_start(Worker *worker);
void service_start(Worker *worker);
/* Nobody waits for the files any more. */
void node_start_cancel(NodeStart *start);
/* Before I/O ends: no thread of this plugin's is left. */
void node_starts_end(void);

#endif
