/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/net/message.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/fact.h"
#include "plugins/kit/codec/message.h"

void
net_message_put(GByteArray *out, guint8 kind, const void *body)
{
	g_byte_array_append(out, &kind, 1);
	message_append(out, body);
}

/* ---- limits: what is wrong with a message; NULL: nothing ------------------- */

/* Heights, and sums of one with a count, stay in range. */
static const char *
check_height(guint64 height)
{
	return height > G_MAXINT64 ? "no chain is so long" : NULL;
}

static const char *
check_id(ProtobufCBinaryData id)
{
	return id.len != HASH_LEN ? "an id has another length" : NULL;
}

static const char *
check_status(const Bsn__Nodes__Status *status)
{
	const char *problem = check_id(status->id);

	return problem != NULL ? problem : check_height(status->height);
}

static const char *
check_transactions(const Bsn__Nodes__Transactions *message)
{
	if (message->n_transactions == 0 ||
	    message->n_transactions > NET_TXS_MAX)
		return "it has no transactions, or too many";
	return NULL;
}

static const char *
check_get_final(const Bsn__Nodes__GetFinal *get)
{
	if (get->count == 0 || get->count > NET_BLOCKS_MAX)
		return "it asks for no blocks, or for too many";
	return check_height(get->first);
}

static const char *
check_final(const Bsn__Nodes__Final *final)
{
	if (final->n_blocks > NET_BLOCKS_MAX)
		return "it has too many blocks";
	for (gsize i = 0; i < final->n_blocks; i++)
		if (final->blocks[i]->block.len == 0)
			return "a block is empty";
	return check_height(final->first);
}

static const char *
check_get_branch(const Bsn__Nodes__GetBranch *get)
{
	const char *problem = check_id(get->id);

	return problem != NULL ? problem : check_height(get->above);
}

static const char *
check_branch(const Bsn__Nodes__Branch *branch)
{
	if (branch->n_blocks > NET_BLOCKS_MAX)
		return "it has too many blocks";
	return check_id(branch->id);
}

static const char *
check_ask(const Bsn__Cross__Ask *ask)
{
	if (ask->question == NULL || ask->answer == NULL)
		return "it has no question, or no answer";
	if (question_check(ask->question, NULL) != BSN_OK)
		return "its question is none";
	return answer_problem(ask->answer);
}

static const char *
check_told(const Bsn__Cross__Told *told)
{
	if (told->signature.len != 0 &&
	    told->signature.len != SIGNATURE_RAW_LEN)
		return "a signature has another length";
	if (told->signature.len == 0 &&
	    (told->status == BSN_OK || told->status > G_MAXINT16))
		return "it is refused without a status";
	return strlen(told->reason) >= NET_REASON_MAX ? "its reason is too long"
						       : NULL;
}

static const char *
check(const NetMessage *message)
{
	switch (message->kind) {
	case NET_STATUS:
		return check_status(message->body.status);
	case NET_TRANSACTIONS:
		return check_transactions(message->body.transactions);
	case NET_GET_FINAL:
		return check_get_final(message->body.get_final);
	case NET_FINAL:
		return check_final(message->body.final);
	case NET_GET_BRANCH:
		return check_get_branch(message->body.get_branch);
	case NET_CROSS_ASK:
		return check_ask(message->body.ask);
	case NET_CROSS_TOLD:
		return check_told(message->body.told);
	}
	return check_branch(message->body.branch);
}

/* ---- reading ------------------------------------------------------------- */

static const ProtobufCMessageDescriptor *
type_of(guint8 kind)
{
	switch (kind) {
	case NET_STATUS:
		return &bsn__nodes__status__descriptor;
	case NET_TRANSACTIONS:
		return &bsn__nodes__transactions__descriptor;
	case NET_GET_FINAL:
		return &bsn__nodes__get_final__descriptor;
	case NET_FINAL:
		return &bsn__nodes__final__descriptor;
	case NET_GET_BRANCH:
		return &bsn__nodes__get_branch__descriptor;
	case NET_BRANCH:
		return &bsn__nodes__branch__descriptor;
	case NET_CROSS_ASK:
		return &bsn__cross__ask__descriptor;
	case NET_CROSS_TOLD:
		return &bsn__cross__told__descriptor;
	}
	return NULL;
}

int32_t
net_message_read(Arena *arena, bsn_slice bytes, NetMessage *message,
		 bsn_err *err)
{
	const ProtobufCMessageDescriptor *type =
		bytes.len > 0 ? type_of(bytes.data[0]) : NULL;
	const char *problem;
	int32_t status;

	if (type == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"no message is of this kind");
	message->kind = bytes.data[0];
	message->body.any = message_unpack(
		arena, type, bsn_slice_of(bytes.data + 1, bytes.len - 1),
		&status, err);
	if (message->body.any == NULL)
		return status;
	problem = check(message);
	if (problem != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "%s: %s",
				type->short_name, problem);
	return BSN_OK;
}
