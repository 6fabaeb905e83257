/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/message.h"

#include <bsn/consensus.h>

#define VERSION 1u

/* ---- entries ------------------------------------------------------------- */

void
raft_entry_put(const RaftEntryView *entry, GByteArray *out)
{
	wire_put(out, entry->kind, 1);
	wire_put(out, entry->term, 8);
	wire_put(out, entry->height, 8);
	wire_put(out, entry->data.len, 4);
	wire_put_bytes(out, entry->data);
}

static gboolean
data_fits(const RaftEntryView *entry)
{
	g_autoptr(GPtrArray) voters = NULL;
	Wire wire = wire_of(entry->data);

	if (entry->kind == RAFT_BLOCK)
		return entry->height > 0 && entry->data.len <= RAFT_ENTRY_MAX;
	if (entry->kind != RAFT_VOTERS)
		return FALSE;
	voters = raft_voters_read(&wire);
	return voters != NULL && voters->len > 0 && wire_end(&wire);
}

gboolean
raft_entry_read(Wire *wire, RaftEntryView *entry)
{
	entry->kind = wire_u8(wire);
	entry->term = wire_u64(wire);
	entry->height = wire_u64(wire);
	entry->data = wire_bytes(wire, wire_u32(wire));
	if (entry->term > RAFT_NUMBER_MAX || entry->height > RAFT_NUMBER_MAX ||
	    !data_fits(entry))
		wire->bad = TRUE;
	return !wire->bad;
}

/* ---- messages ------------------------------------------------------------ */

void
raft_message_put(const RaftMessage *message, GByteArray *out)
{
	wire_put(out, BSN_CONSENSUS_BYTE, 1);
	wire_put(out, VERSION, 1);
	wire_put(out, message->type, 1);
	wire_put(out, message->flags, 1);
	wire_put(out, message->term, 8);
	switch (message->type) {
	case RAFT_VOTE:
		wire_put(out, message->index, 8);
		wire_put(out, message->log_term, 8);
		break;
	case RAFT_APPEND:
		wire_put(out, message->index, 8);
		wire_put(out, message->log_term, 8);
		wire_put(out, message->commit, 8);
		wire_put(out, message->n, 4);
		wire_put_bytes(out, message->entries);
		break;
	case RAFT_APPEND_REPLY:
		wire_put(out, message->index, 8);
		wire_put(out, message->echo, 8);
		break;
	case RAFT_SNAPSHOT:
		wire_put(out, message->index, 8);
		wire_put(out, message->log_term, 8);
		wire_put(out, message->height, 8);
		raft_voters_put(message->voters, out);
		break;
	}
}

static guint8
known_flags(guint8 type)
{
	switch (type) {
	case RAFT_VOTE:
		return RAFT_PRE | RAFT_TRANSFER;
	case RAFT_VOTE_REPLY:
		return RAFT_PRE | RAFT_YES;
	case RAFT_APPEND:
		return RAFT_QUIET;
	case RAFT_APPEND_REPLY:
		return RAFT_YES | RAFT_SYNCING;
	}
	return 0;
}

static gboolean
read_entries(Wire *wire, RaftMessage *message)
{
	Wire check;
	RaftEntryView entry;

	message->n = wire_u32(wire);
	if (wire->bad || message->n > RAFT_ENTRIES_MAX)
		return FALSE;
	message->entries = wire->rest;
	check = *wire;
	for (guint32 i = 0; i < message->n; i++)
		if (!raft_entry_read(&check, &entry))
			return FALSE;
	*wire = check;
	return TRUE;
}

static gboolean
read_body(Wire *wire, RaftMessage *message)
{
	switch (message->type) {
	case RAFT_VOTE_REPLY:
	case RAFT_WAKE:
	case RAFT_TIMEOUT_NOW:
		return TRUE;
	case RAFT_VOTE:
		message->index = wire_u64(wire);
		message->log_term = wire_u64(wire);
		return TRUE;
	case RAFT_APPEND:
		message->index = wire_u64(wire);
		message->log_term = wire_u64(wire);
		message->commit = wire_u64(wire);
		return read_entries(wire, message);
	case RAFT_APPEND_REPLY:
		message->index = wire_u64(wire);
		message->echo = wire_u64(wire);
		return TRUE;
	case RAFT_SNAPSHOT:
		message->index = wire_u64(wire);
		message->log_term = wire_u64(wire);
		message->height = wire_u64(wire);
		message->voters = raft_voters_read(wire);
		return message->voters != NULL;
	}
	return FALSE;
}

static gboolean
in_range(const RaftMessage *message)
{
	return message->term <= RAFT_NUMBER_MAX &&
	       message->index <= RAFT_NUMBER_MAX &&
	       message->log_term <= message->term &&
	       message->commit <= RAFT_NUMBER_MAX &&
	       message->height <= RAFT_NUMBER_MAX &&
	       message->echo <= RAFT_NUMBER_MAX;
}

gboolean
raft_message_read(bsn_slice bytes, RaftMessage *message)
{
	Wire wire = wire_of(bytes);
	gboolean head = wire_u8(&wire) == BSN_CONSENSUS_BYTE &&
			wire_u8(&wire) == VERSION;

	*message = (RaftMessage){ .type = wire_u8(&wire) };
	message->flags = wire_u8(&wire);
	message->term = wire_u64(&wire);
	if (head && (message->flags & ~known_flags(message->type)) == 0 &&
	    read_body(&wire, message) && wire_end(&wire) && in_range(message))
		return TRUE;
	raft_message_clear(message);
	return FALSE;
}

void
raft_message_clear(RaftMessage *message)
{
	g_clear_pointer(&message->voters, g_ptr_array_unref);
}
