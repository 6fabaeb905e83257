/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/apply.h"

#include <string.h>

#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/payload.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/sign.h"
#include "plugins/kit/sink.h"

/* ---- may it follow ---- */

static int32_t
check_nodes(const Channel *channel, const ChannelConfig *after, bsn_err *err)
{
	g_auto(Members) members = { .list = NULL };
	int32_t status = agreement_read(&channel->suite, agreement_of(after),
					&members, err);

	if (status != BSN_OK)
		return status;
	return agreement_follows(channel->consensus, &channel->members,
				 &members, err);
}

int32_t
config_may_follow(Channel *channel, bsn_slice config, bsn_err *err)
{
	g_autoptr(ChannelConfig) after = NULL;
	int32_t status =
		channel_config_read(services.crypto, config, &after, err);

	if (status == BSN_OK)
		status = update_keeps(channel->config, after, err);
	return status == BSN_OK ? check_nodes(channel, after, err) : status;
}

int32_t
config_apply(Channel *channel, bsn_slice update_envelope, GByteArray *out,
	     bsn_err *err)
{
	g_autoptr(GByteArray) config = g_byte_array_new();
	int32_t status = update_apply(channel->config, channel->id,
				      update_envelope, config, err);

	if (status == BSN_OK)
		status = config_may_follow(channel, buffer_slice(config), err);
	if (status == BSN_OK)
		g_byte_array_append(out, config->data, config->len);
	return status;
}

/* ---- at the door ---- */

/* An envelope of an update, opened. */
typedef struct {
	const Common__Envelope *envelope;
	const Common__ChannelHeader *header;
	bsn_slice update; /* ConfigUpdateEnvelope */
} OpenUpdate;

static int32_t
no_update(bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST,
			"it is no CONFIG_UPDATE transaction of this channel");
}

static int32_t
open_update(const Channel *channel, Arena *arena,
	    const Common__Envelope *envelope, OpenUpdate *open, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__Payload *payload =
		message_unpack(arena, &common__payload__descriptor,
			       message_slice(envelope->payload), &status, err);

	if (payload == NULL)
		return status;
	if (payload->header == NULL)
		return no_update(err);
	open->envelope = envelope;
	open->header = message_unpack(
		arena, &common__channel_header__descriptor,
		message_slice(payload->header->channel_header), &status, err);
	if (open->header == NULL)
		return status;
	open->update = message_slice(payload->data);
	return open->header->type == COMMON__HEADER_TYPE__CONFIG_UPDATE &&
			       strcmp(open->header->channel_id, channel->id) ==
				       0
		       ? BSN_OK
		       : no_update(err);
}

/* The config with the update that led to it, as a CONFIG transaction has it. */
static int32_t
put_data(Arena *arena, const OpenUpdate *open, bsn_slice config,
	 bsn_slice *data)
{
	Common__ConfigEnvelope message = COMMON__CONFIG_ENVELOPE__INIT;
	int32_t status = BSN_OK;

	message.config = message_unpack(arena, &common__config__descriptor,
					config, &status, NULL);
	message.last_update = (Common__Envelope *)open->envelope;
	if (message.config != NULL)
		*data = message_put(arena, &message);
	return status;
}

static int32_t
put_signed(const Channel *channel, bsn_slice payload, GByteArray *out,
	   bsn_err *err)
{
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	guint8 der[SIGNATURE_MAX];
	const int32_t status =
		sign_as_node(channel->chain, &channel->suite, payload, der,
			     &envelope.signature.len, err);

	if (status != BSN_OK)
		return status;
	envelope.payload = message_bytes(payload);
	envelope.signature.data = der;
	message_append(out, &envelope);
	return BSN_OK;
}

static int32_t
put_config(Channel *channel, Arena *arena, const OpenUpdate *open,
	   bsn_slice config, GByteArray *out, bsn_err *err)
{
	PayloadParts parts = { .type = COMMON__HEADER_TYPE__CONFIG,
			       .tx_id = open->header->tx_id,
			       .time = open->header->timestamp };
	bsn_slice payload;
	char id[TX_ID_SIZE];
	int32_t status =
		config_signer(channel, arena, bytes_slice(channel->identity),
				&parts.signature_header);

	if (status == BSN_OK)
		status = put_data(arena, open, config, &parts.data);
	if (status == BSN_OK)
		status = config_payload(channel, arena, &parts, &payload, id);
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the config transaction cannot be made");
	return put_signed(channel, payload, out, err);
}

int32_t
config_from_update(Channel *channel, bsn_slice envelope, GByteArray *out,
		   bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) config = g_byte_array_new();
	OpenUpdate open = { .envelope = NULL };
	int32_t status = BSN_OK;
	const Common__Envelope *message = message_unpack(
		&arena, &common__envelope__descriptor, envelope, &status, err);

	if (message == NULL)
		return status;
	if (channel->identity == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node cannot sign a config transaction: "
				"%s",
				channel->no_identity);
	status = open_update(channel, &arena, message, &open, err);
	if (status == BSN_OK && strlen(open.header->tx_id) >= TX_ID_SIZE)
		status = no_update(err);
	if (status == BSN_OK)
		status = config_apply(channel, open.update, config, err);
	return status == BSN_OK ? put_config(channel, &arena, &open,
					     buffer_slice(config), out, err)
				: status;
}

/* ---- in a block ---- */

/* The config that its last update leads to now is the one that it has. */
static int32_t
follows(Channel *channel, Arena *arena, const Common__ConfigEnvelope *message)
{
	g_autoptr(GByteArray) config = g_byte_array_new();
	OpenUpdate open = { .envelope = NULL };
	int32_t status;

	if (message->config == NULL || message->last_update == NULL)
		return BSN_BAD_REQUEST;
	status = open_update(channel, arena, message->last_update, &open, NULL);
	if (status == BSN_OK)
		status = config_apply(channel, open.update, config, NULL);
	if (status != BSN_OK)
		return status;
	return bsn_slice_equal(message_put(arena, message->config),
			       buffer_slice(config))
		       ? BSN_OK
		       : BSN_CONFLICT;
}

TxCode
config_judge(Channel *channel, const BlockTx *tx, int32_t *status)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__ConfigEnvelope *message = message_unpack(
		&arena, &common__config_envelope__descriptor,
		message_slice(tx->opened.payload->data), NULL, NULL);
	int32_t found = message != NULL ? follows(channel, &arena, message)
					: BSN_BAD_REQUEST;

	/* Below 0 is this node's own trouble, and no judgement. */
	*status = MIN(found, BSN_OK);
	return found == BSN_OK ? TX_CODE(VALID)
			       : TX_CODE(INVALID_CONFIG_TRANSACTION);
}
