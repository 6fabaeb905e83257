/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/journal.h: an engine's state as one execution sees
 * it: what it has written stands before what is stored. Nothing reaches the engine
 * before wasm_journal_commit, and a frame that fails is taken back to the mark of its
 * start, with what contracts of the engine's own did in it.
 *
 * On the thread of execute.
 */
#ifndef WASM_JOURNAL_H
#define WASM_JOURNAL_H

#include <bsn/runtime.h>

#include "plugins/runtime-wasm/machine/writes.h"

#define EVENTS_MAX 4096u
#define EVENTS_BYTES_MAX (4u << 20)
#define EVENT_TOPICS_MAX 4u

typedef struct {
	bsn_event_sink sink; /* for contracts of the engine's own */
	bsn_state *state;
	Writes writes;
	GPtrArray *events;
	guint64 event_bytes;
	guint64 builtin; /* the engine's mark after its last contract */
} Journal;

typedef struct {
	guint writes, events;
	guint64 builtin;
} JournalMark;

void wasm_journal_init(Journal *journal, bsn_state *state);
void wasm_journal_clear(Journal *journal);

JournalMark wasm_journal_mark(const Journal *journal);
void wasm_journal_revert(Journal *journal, JournalMark mark);
/* To be called after a contract of the engine has run. */
void wasm_journal_mark_builtin(Journal *journal);

/* Returns: BSN_OK, with the value appended; BSN_NOT_FOUND. Errors: the state's,
 * below 0. */
int32_t wasm_journal_get(Journal *journal, bsn_slice key, guint64 max,
		    GByteArray *value);
/* The same of a value that never changes. */
int32_t wasm_journal_get_fixed(Journal *journal, bsn_slice key, guint64 max,
			  GByteArray *value);
/* Errors: BSN_OUT_OF_BUDGET. */
int32_t wasm_journal_emit(Journal *journal, bsn_slice contract,
		     const bsn_slice *topics, guint64 n, bsn_slice data);

/* Writes and emits everything.
 * Returns: BSN_OK. Errors: what the state said. */
int32_t wasm_journal_commit(Journal *journal);

/* A status that is no answer to a get is the state's fault. */
int32_t wasm_journal_checked(int32_t status);

#endif
