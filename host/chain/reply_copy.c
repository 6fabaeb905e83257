/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/reply_copy.h"

#include <bsn/helpers/bytes.h>
#include <string.h>

void
reply_copy_record(void *to, gsize room, const void *from, guint32 size)
{
	memset(to, 0, room);
	memcpy(to, from, MIN(room, size));
}

GBytes *
reply_copy_slice(bsn_slice slice)
{
	return slice.len > 0 ? g_bytes_new(slice.data, slice.len) : NULL;
}

char *
reply_copy_text(bsn_slice text)
{
	return text.len > 0 ? g_utf8_make_valid((const char *)text.data,
						(gssize)text.len)
			    : NULL;
}

void
reply_own_status(bsn_reply *reply)
{
	bsn_chain_status *status = &reply->chain_status;

	reply->languages = reply_copy_text(status->languages);
	status->languages = bsn_slice_str(reply->languages);
	if (status->capabilities == NULL)
		return;
	reply_copy_record(&reply->capabilities, sizeof(reply->capabilities),
			  status->capabilities,
			  status->capabilities->size);
	status->capabilities = &reply->capabilities;
}

ReplyEvent *
reply_event_copy(const bsn_event *event)
{
	ReplyEvent *copy = g_new0(ReplyEvent, 1);

	copy->kind = event->kind;
	copy->block = event->block;
	copy->tx_index = event->tx_index;
	copy->index = event->index;
	copy->tx_id = event->tx_id;
	copy->contract = g_strndup((const char *)event->contract.data,
				   event->contract.len);
	copy->name = g_strndup((const char *)event->name.data, event->name.len);
	copy->payload = g_strndup((const char *)event->payload.data,
				  event->payload.len);
	return copy;
}

void
reply_event_free(gpointer data)
{
	ReplyEvent *event = data;

	g_free(event->contract);
	g_free(event->name);
	g_free(event->payload);
	g_free(event);
}
