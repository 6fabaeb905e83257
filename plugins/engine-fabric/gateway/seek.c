/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/seek.h"

#include <string.h>

#include "orderer/ab.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/client.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

#define STATUS(name) COMMON__STATUS__##name
#define MS_PER_S 1000
#define NS_PER_MS 1000000
/* The end of year 9999: the last that a protobuf Timestamp can say. */
#define SECONDS_MAX G_GINT64_CONSTANT(253402300799)

/* An Envelope, opened; in an arena. */
typedef struct {
	const Common__Envelope *envelope;
	const Common__Payload *payload;
	const Common__ChannelHeader *channel;
	const Common__SignatureHeader *signature;
	const Orderer__SeekInfo *info;
} Request;

/* ---- form ---- */

static gboolean
open_request(Arena *arena, bsn_slice bytes, Request *request, bsn_err *err)
{
	const Common__Header *header;

	request->envelope = message_unpack(
		arena, &common__envelope__descriptor, bytes, NULL, err);
	if (request->envelope == NULL)
		return FALSE;
	request->payload = message_unpack(
		arena, &common__payload__descriptor,
		message_slice(request->envelope->payload), NULL, err);
	if (request->payload == NULL)
		return FALSE;
	header = request->payload->header;
	if (header == NULL) {
		bsn_fail(err, BSN_BAD_REQUEST, "the envelope has no header");
		return FALSE;
	}
	request->channel = message_unpack(
		arena, &common__channel_header__descriptor,
		message_slice(header->channel_header), NULL, err);
	request->signature = message_unpack(
		arena, &common__signature_header__descriptor,
		message_slice(header->signature_header), NULL, err);
	request->info = message_unpack(
		arena, &orderer__seek_info__descriptor,
		message_slice(request->payload->data), NULL, err);
	return request->channel != NULL && request->signature != NULL &&
	       request->info != NULL;
}

static int32_t
check_time(const Channel *channel, const Common__ChannelHeader *header,
	   bsn_err *err)
{
	const Google__Protobuf__Timestamp *when = header->timestamp;
	const gint64 now_ms =
		(gint64)services.clock->wall_ms(channel->chain);
	gint64 then_ms;

	if (when == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the envelope's header has no timestamp");
	then_ms = CLAMP(when->seconds, 0, SECONDS_MAX) * MS_PER_S +
		  when->nanos / NS_PER_MS;
	return ABS(now_ms - then_ms) <= (gint64)SEEK_WINDOW_MS
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "the envelope's timestamp is more than %u "
				  "minutes from the clock here",
				  SEEK_WINDOW_MS / 60000u);
}

/* Who shows a certificate must have meant this connection: nobody else can use
 * what it has signed. */
static int32_t
check_binding(const Common__ChannelHeader *header, bsn_slice tls_hash,
	      bsn_err *err)
{
	if (tls_hash.len == 0)
		return BSN_OK;
	if (header->tls_cert_hash.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the envelope does not have the hash of the "
				"client's TLS certificate");
	return bsn_slice_equal(message_slice(header->tls_cert_hash), tls_hash)
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "the envelope has another hash than that of "
				  "the client's TLS certificate");
}

static int32_t
check_header(const Channel *channel, const Common__ChannelHeader *header,
	     bsn_slice tls_hash, bsn_err *err)
{
	int32_t status;

	if (header->type != COMMON__HEADER_TYPE__DELIVER_SEEK_INFO)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the envelope is no DELIVER_SEEK_INFO");
	status = check_time(channel, header, err);
	return status == BSN_OK ? check_binding(header, tls_hash, err) : status;
}

/* ---- who ---- */

static Common__Status
authorise(Channel *channel, const Request *request, const Seek *seek,
	  bsn_err *err)
{
	const ClientClaim claim = {
		bytes_slice(seek->creator),
		message_slice(request->envelope->payload),
		message_slice(request->envelope->signature),
		seek->resource,
	};

	return client_judge(channel, &claim, err) == BSN_OK ? STATUS(SUCCESS)
							    : STATUS(FORBIDDEN);
}

Common__Status
seek_check(Channel *channel, const Seek *seek, bsn_err *err)
{
	return client_judge_again(channel, bytes_slice(seek->creator),
				  seek->resource, err) == BSN_OK
		       ? STATUS(SUCCESS)
		       : STATUS(FORBIDDEN);
}

/* ---- which blocks ---- */

static void
find_start(const Channel *channel, const Orderer__SeekPosition *start,
	   Seek *seek)
{
	const guint64 height = channel->ledger->durable.height;

	switch (start->type_case) {
	case ORDERER__SEEK_POSITION__TYPE_OLDEST:
		seek->next = channel_first_block(channel);
		break;
	case ORDERER__SEEK_POSITION__TYPE_NEWEST:
		seek->next = height - 1;
		break;
	case ORDERER__SEEK_POSITION__TYPE_SPECIFIED:
		seek->nowhere = start->specified->number > height;
		seek->next = seek->nowhere ? 0 : start->specified->number;
		break;
	case ORDERER__SEEK_POSITION__TYPE_NEXT_COMMIT:
		seek->next = height;
		break;
	case ORDERER__SEEK_POSITION__TYPE__NOT_SET:
	case _ORDERER__SEEK_POSITION__TYPE__CASE_IS_INT_SIZE:
		seek->nowhere = TRUE;
		break;
	}
}

static gboolean
find_stop(const Channel *channel, const Orderer__SeekInfo *info, Seek *seek,
	  bsn_err *err)
{
	const Orderer__SeekPosition *stop = info->stop;
	const guint64 newest = channel->ledger->durable.height - 1;

	switch (stop->type_case) {
	case ORDERER__SEEK_POSITION__TYPE_OLDEST:
		seek->stop = seek->next;
		return TRUE;
	case ORDERER__SEEK_POSITION__TYPE_NEWEST:
		seek->stop = newest;
		return TRUE;
	case ORDERER__SEEK_POSITION__TYPE_SPECIFIED:
		seek->stop = stop->specified->number;
		if (seek->stop >= seek->next)
			return TRUE;
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the last block is before the first one");
		return FALSE;
	case ORDERER__SEEK_POSITION__TYPE_NEXT_COMMIT:
	case ORDERER__SEEK_POSITION__TYPE__NOT_SET:
	case _ORDERER__SEEK_POSITION__TYPE__CASE_IS_INT_SIZE:
		break;
	}
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the last block is neither the oldest, the newest nor a "
		 "number");
	return FALSE;
}

static Common__Status
find_blocks(const Channel *channel, const Orderer__SeekInfo *info, Seek *seek,
	    bsn_err *err)
{
	if (info->start == NULL || info->stop == NULL) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the request does not say from where to where");
		return STATUS(BAD_REQUEST);
	}
	seek->fail_if_not_ready =
		info->behavior ==
		ORDERER__SEEK_INFO__SEEK_BEHAVIOR__FAIL_IF_NOT_READY;
	seek->headers_only =
		info->content_type ==
		ORDERER__SEEK_INFO__SEEK_CONTENT_TYPE__HEADER_WITH_SIG_BYTES;
	find_start(channel, info->start, seek);
	return find_stop(channel, info, seek, err) ? STATUS(SUCCESS)
						   : STATUS(BAD_REQUEST);
}

Common__Status
seek_ready(const Channel *channel, const Seek *seek, gboolean *ready,
	   bsn_err *err)
{
	*ready = !seek->nowhere &&
		 seek->next < channel->ledger->durable.height;
	if (*ready && seek->next < channel_first_block(channel)) {
		bsn_fail(err, BSN_NOT_FOUND,
			 "this node began from a snapshot, and does not have "
			 "block %" G_GUINT64_FORMAT,
			 seek->next);
		return STATUS(NOT_FOUND);
	}
	if (*ready || (!seek->nowhere && !seek->fail_if_not_ready))
		return STATUS(SUCCESS);
	bsn_fail(err, BSN_NOT_FOUND,
		 "the first block asked for is not there yet");
	return STATUS(NOT_FOUND);
}

/* ---- all of it ---- */

Common__Status
seek_open(Channel *channel, const char *resource, bsn_slice tls_hash,
	  bsn_slice envelope, Seek *seek, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Request request;
	Common__Status status;

	*seek = (Seek){ .resource = resource };
	if (!open_request(&arena, envelope, &request, err) ||
	    check_header(channel, request.channel, tls_hash, err) != BSN_OK)
		return STATUS(BAD_REQUEST);
	if (strcmp(request.channel->channel_id, channel->id) != 0) {
		bsn_fail(err, BSN_NOT_FOUND,
			 "a call is of one channel, and this one is of %s",
			 channel->id);
		return STATUS(NOT_FOUND);
	}
	seek->creator = g_bytes_new(request.signature->creator.data,
				    request.signature->creator.len);
	status = authorise(channel, &request, seek, err);
	return status == STATUS(SUCCESS)
		       ? find_blocks(channel, request.info, seek, err)
		       : status;
}

void
seek_clear(Seek *seek)
{
	g_clear_pointer(&seek->creator, g_bytes_unref);
}
