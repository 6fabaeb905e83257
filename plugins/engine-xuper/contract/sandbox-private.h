/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/sandbox-private.h: a sandbox from inside, between
 * the sources of sandbox.h.
 */
#ifndef XUPER_CONTRACT_SANDBOX_PRIVATE_H
#define XUPER_CONTRACT_SANDBOX_PRIVATE_H

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/sandbox.h"

/* A key that was read, with what it had, and perhaps what was written to it. */
typedef struct {
	GBytes *name; /* bucket's length (1 byte), bucket, key; as it sorts */
	guint bucket_len;
	XVersion version;
	GByteArray *found; /* what was there; XMODEL_DELETED, or empty */
	GBytes *written;   /* NULL: only read */
} Entry;

/* Tokens that an owner has in hand: of outputs that were chosen, and what it was
 * given. */
typedef struct {
	GBytes *owner;
	guint8 amount[AMOUNT_LEN];
} Purse;

/* An output that was chosen to be spent. */
typedef struct {
	Purse *purse;
	Utxo utxo;
} Chosen;

typedef enum { UNDO_WRITE, UNDO_EVENT, UNDO_PURSE, UNDO_CHOSEN } UndoKind;

typedef struct {
	UndoKind kind;
	Entry *entry;    /* UNDO_WRITE: and what it had; owned */
	GBytes *written;
	Purse *purse;    /* UNDO_PURSE */
	guint8 amount[AMOUNT_LEN];
} Undo;

struct Sandbox {
	Layer *below;
	SandboxEnv env;
	gboolean read_only;
	gboolean unversioned;
	GHashTable *entries; /* name -> Entry */
	GHashTable *purses;  /* owner -> Purse */
	GArray *chosen;      /* Chosen */
	GPtrArray *events;   /* GBytes: an encoded ContractEvent each */
	gsize event_bytes;
	GPtrArray *facts;    /* Bsn__Cross__Fact, of env.facts: that were asked for */
	gsize fact_bytes;
	GArray *undo;        /* Undo */
	guint64 used[RESOURCES]; /* RESOURCE_DISK: beside what is written */
	guint64 written;     /* bytes of keys and values */
	guint64 cpu_until;   /* used[RESOURCE_CPU] may go up to this */
	guint depth;         /* contracts of the chain that call each other */
	guint64 work;        /* see SANDBOX_WORK_MAX */
};

/* The parts of an entry's name. */
static inline bsn_slice
entry_bucket(const Entry *entry)
{
	const guint8 *data = g_bytes_get_data(entry->name, NULL);

	return bsn_slice_of(data + 1, entry->bucket_len);
}

static inline bsn_slice
entry_key(const Entry *entry)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(entry->name, &len);
	gsize head = 1 + entry->bucket_len;

	return bsn_slice_of(data + head, len - head);
}

/* Entries in the order of bucket and key; written ones only, or all. Borrowed
 * from the sandbox; the caller frees the array. */
GPtrArray *sandbox_sorted(Sandbox *box, gboolean written);
/* The entry of a key, read when it is new.
 * Returns: BSN_OK. Errors: as xmodel_get. */
int32_t sandbox_entry(Sandbox *box, bsn_slice bucket, bsn_slice key,
		      Entry **entry, bsn_err *err);
/* What a key has now, own writes first; FALSE: nothing. */
gboolean entry_value(const Entry *entry, bsn_slice *value);
/* Counts that a key was looked at, and so many bytes of its value. Errors:
 * BSN_OUT_OF_BUDGET, but for what the chain does by itself, which must go on. */
int32_t sandbox_count(Sandbox *box, guint64 bytes, bsn_err *err);
/* Refuses a change of a sandbox that only reads. */
int32_t sandbox_may_change(const Sandbox *box, bsn_err *err);
/* Takes back a change of tokens. */
void tokens_undo(Sandbox *box, const Undo *undo);
void purse_free(gpointer purse);
/* The tokens' part of sandbox_result. */
void tokens_result(Sandbox *box, Arena *arena, Xldgpb__Transaction *msg);
/* The events' part: value of KEY_EVENTS, in the arena; empty: there are none. */
bsn_slice events_result(const Sandbox *box, Arena *arena);
/* The facts' part: value of KEY_CROSS; the same. */
bsn_slice facts_result(const Sandbox *box, Arena *arena);

#endif
