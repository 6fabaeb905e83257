/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/net/message.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/msp/msp.h"

void
net_message_put(GByteArray *out, guint8 kind, const void *body)
{
	g_byte_array_append(out, &kind, 1);
	message_append(out, body);
}

/* Numbers of blocks and sums of them with a count stay in range. */
static const char *
check_number(guint64 number)
{
	return number > G_MAXINT64 ? "no chain is so long" : NULL;
}

static const char *
check_status(const Bsn__Net__Status *status)
{
	if (status->hash.len != HASH_LEN)
		return "the hash of its last block has another length";
	if (status->height == 0)
		return "a channel has a first block";
	if (status->first > status->height)
		return "its first block is beyond its last";
	return check_number(status->height);
}

static const char *
check_hello(const Bsn__Net__Hello *hello)
{
	if (hello->status == NULL)
		return "it has no status";
	if (hello->version == 0)
		return "its version is 0";
	if (hello->identity.len > MSP_IDENTITY_MAX)
		return "its identity is too long";
	if (hello->n_packages > NET_PACKAGES_MAX)
		return "it has too many packages";
	for (gsize i = 0; i < hello->n_packages; i++)
		if (hello->packages[i][0] == '\0' ||
		    strlen(hello->packages[i]) > NET_PACKAGE_ID_MAX)
			return "a package's id is empty or too long";
	return check_status(hello->status);
}

static const char *
check_envelopes(const Bsn__Net__Envelopes *envelopes)
{
	if (envelopes->n_envelopes == 0 ||
	    envelopes->n_envelopes > NET_ENVELOPES_MAX)
		return "it has no envelopes, or too many";
	return NULL;
}

static const char *
check_get_blocks(const Bsn__Net__GetBlocks *get)
{
	if (get->count == 0 || get->count > NET_BLOCKS_MAX)
		return "it asks for no blocks, or too many";
	return check_number(get->first);
}

static const char *
check_blocks(const Bsn__Net__Blocks *blocks)
{
	if (blocks->n_blocks > NET_BLOCKS_MAX)
		return "it has too many blocks";
	for (gsize i = 0; i < blocks->n_blocks; i++)
		if (blocks->blocks[i]->block.len > BSN_PROPOSAL_MAX)
			return "a block is too long";
	return check_number(blocks->first);
}

static const char *
check_question(const Bsn__Net__Question *question)
{
	return question->id == 0 ? "its id is 0" : NULL;
}

static gboolean
is_status(guint32 status)
{
#define BSN_X(symbol, code, name, http, sentence)     \
	if ((code) >= 0 && status == (guint32)(code)) \
		return TRUE;
	BSN_STATUS_MAP(BSN_X)
#undef BSN_X
	return FALSE;
}

static const char *
check_answer(const Bsn__Net__Answer *answer)
{
	if (!is_status(answer->status))
		return "it has no known status";
	if (strlen(answer->reason) >= BSN_REASON_MAX)
		return "its reason is too long";
	return answer->id == 0 ? "its id is 0" : NULL;
}

static const ProtobufCMessageDescriptor *
type_of(guint8 kind)
{
	switch (kind) {
	case NET_STATUS:
		return &bsn__net__status__descriptor;
	case NET_HELLO:
		return &bsn__net__hello__descriptor;
	case NET_ENVELOPES:
		return &bsn__net__envelopes__descriptor;
	case NET_GET_BLOCKS:
		return &bsn__net__get_blocks__descriptor;
	case NET_BLOCKS:
		return &bsn__net__blocks__descriptor;
	case NET_QUESTION:
		return &bsn__net__question__descriptor;
	case NET_ANSWER:
		return &bsn__net__answer__descriptor;
	}
	return NULL;
}

/* What is wrong with it; NULL: nothing. */
static const char *
check(const NetMessage *message)
{
	switch (message->kind) {
	case NET_STATUS:
		return check_status(message->body.status);
	case NET_HELLO:
		return check_hello(message->body.hello);
	case NET_ENVELOPES:
		return check_envelopes(message->body.envelopes);
	case NET_GET_BLOCKS:
		return check_get_blocks(message->body.get_blocks);
	case NET_BLOCKS:
		return check_blocks(message->body.blocks);
	case NET_QUESTION:
		return check_question(message->body.question);
	}
	return check_answer(message->body.answer);
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
				"there is no such message");
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
