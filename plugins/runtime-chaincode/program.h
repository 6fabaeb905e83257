/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/program.h: one package on one chain, and the calls
 * of it.
 *
 * A program has two halves. The one on the chain's strand (runs.c) knows the
 * engine's runs, the one on the main loop (worker.c and its neighbours) knows
 * the process or service that answers them. What they tell each other are
 * notes, which travel in mailboxes, many with one wake-up.
 */
#ifndef RUNTIME_CHAINCODE_PROGRAM_H
#define RUNTIME_CHAINCODE_PROGRAM_H

#include "plugins/chaincode/package.h"
#include "plugins/runtime-chaincode/connection.h"
#include "plugins/runtime-chaincode/mailbox.h"
#include "plugins/runtime-chaincode/runtime.h"

typedef struct Program Program;
typedef struct Worker Worker;

/* The programs of a chain. */
typedef struct {
	bsn_io_resident resident;
	gint refs; /* atomic */
	bsn_chain *chain;
	bsn_io_strand *strand;
	guint number;	      /* for names of children */
	GHashTable *programs; /* by package id; the strand's */
} Programs;

/* A call under way. */
typedef struct {
	gint refs;	  /* atomic */
	Program *program; /* holds a reference */
	char *tx_id, *channel_id;
	/* The strand's: */
	bsn_chaincode_run *run; /* NULL: over, or given up */
	gboolean asking;	/* the engine owes an answer */
	GList link;
	/* The main loop's: */
	gboolean sent;	   /* the program has heard of it */
	gboolean asked;	   /* it waits for an answer */
	gboolean given_up; /* nobody waits for it any more */
	gboolean over;
} Task;

/* What one half tells the other. */
typedef enum {
	/* From the strand: */
	NOTE_BEGIN,  /* payload: the first message */
	NOTE_ANSWER, /* type, payload */
	NOTE_GIVE_UP,
	NOTE_STOP, /* the program; without a task */
	/* From the main loop: */
	NOTE_ASKED, /* type, payload */
	NOTE_DONE,  /* status, payload: a Response, event, reason */
	NOTE_STATE, /* state, restarts, reason; without a task */
} NoteKind;

typedef enum {
	PROGRAM_STOPPED, /* it starts with the next call */
	PROGRAM_STARTING,
	PROGRAM_READY,
	PROGRAM_FAILED,
} ProgramState;

typedef struct {
	Letter letter;
	NoteKind kind;
	guint32 type;
	int32_t status;
	ProgramState state;
	guint restarts;
	Task *task; /* holds a reference */
	GBytes *payload, *event;
	char *reason;
} Note;

struct Program {
	gint refs;	 /* atomic */
	Programs *chain; /* holds a reference */
	char *package_id;
	char *msp_id;
	char *name; /* of its child, and in the log */
	ChaincodePackage *package;
	Connection *connection; /* NULL: it is started here */
	Mailbox to_main, to_strand;
	bsn_io_job main_job, strand_job;
	/* The strand's: */
	GQueue runs;	   /* tasks, holding a reference each */
	GHashTable *by_id; /* the same */
	ProgramState state;
	guint restarts;
	char *trouble; /* why it has failed, the last time */
	/* The main loop's; NULL before the first note and after the last: */
	Worker *worker;
};

/* Takes package and connection. [strand] */
Program *program_new(Programs *chain, const bsn_chaincode_program *wanted,
		     ChaincodePackage *package, Connection *connection);
Program *program_ref(Program *program);
void program_unref(Program *program);

Programs *programs_ref(Programs *chain);
void programs_unref(Programs *chain);

Task *task_new(Program *program, bsn_slice channel_id, bsn_slice tx_id);
Task *task_ref(Task *task);
void task_unref(Task *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Task, task_unref)
/* By transaction and channel, for GHashTable. */
guint task_hash(gconstpointer task);
gboolean task_equal(gconstpointer a, gconstpointer b);

/* Of a task, or of none. */
Note *note_new(NoteKind kind, Task *task);
void note_free(Note *note);
/* Take the note. */
void program_tell_main(Program *program, Note *note);
void program_tell_strand(Program *program, Note *note);

/* Runs on the strand; `open` is FALSE once the chain has closed. */
void runs_take(Program *program, Note *note, gboolean open);
/* [main] */
void worker_take(Program *program, Note *note);
/* All notes that came together were taken. */
void worker_took(Program *program);
/* Ends all that there is: I/O ends. */
void workers_end(void);

#endif
