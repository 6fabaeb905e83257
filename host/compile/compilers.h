/* SPDX-License-Identifier: Apache-2.0
 *
 * host/compile/compilers.h: the configured compilers, of which so many run at a
 * time and so many wait. Main loop only.
 */
#ifndef HOST_COMPILE_COMPILERS_H
#define HOST_COMPILE_COMPILERS_H

#include <bsn/bsn.h>
#include <event2/event.h>
#include <glib.h>

typedef struct Compilers Compilers;
typedef struct CompileTask CompileTask;

typedef struct {
	const char *language;
	const char *const *command; /* ended by NULL; empty: there is none */
} CompilerCommand;

typedef struct {
	const CompilerCommand *commands; /* ended by a NULL language */
	const char *limiter;   /* bsn-limited */
	const char *directory; /* an empty one, where compilers run */
	guint timeout_s;
	guint64 memory_max; /* bytes */
	guint64 output_max; /* bytes */
	guint queue_max;    /* that wait */
	guint parallel;     /* that run */
} CompilersConfig;

/* The texts in `config` stay as they are as long as it lives. */
Compilers *compilers_new(struct event_base *base,
			 const CompilersConfig *config);
/* Ends what runs: no `done` comes any more. compilers_free(NULL) does nothing.
 */
void compilers_free(Compilers *compilers);

/* [any] thread: it never changes. */
gboolean compilers_have(const Compilers *compilers, const char *language);

/* Starts or queues a run. `done` comes once, from the loop, unless the task is
 * dropped before: `output` is NULL unless the status is BSN_OK.
 *
 * Returns: BSN_OK.
 * In:      language, which must be there; input.
 * Out:     task: for compilers_drop until `done` has come.
 * Errors:  BSN_BUSY. */
int32_t compilers_run(Compilers *compilers, const char *language, GBytes *input,
		      void (*done)(void *owner, int32_t status,
				   GString *output, const bsn_err *err),
		      void *owner, CompileTask **task, bsn_err *err);
/* Nobody wants it any more. */
void compilers_drop(CompileTask *task);

/* Tasks that run, and that wait. */
guint compilers_running(const Compilers *compilers);
guint compilers_waiting(const Compilers *compilers);

#endif
