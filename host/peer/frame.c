/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/frame.h"

#include <string.h>

typedef struct {
	gsize min, max;	  /* of the payload */
	gboolean chain;	  /* is it about one */
	gboolean shaking; /* may it come before the sides know each other */
	gboolean known;	  /* and afterwards */
} FrameRule;

static const FrameRule rules[] = {
	[FRAME_HELLO] = { 3, FRAME_HELLO_MAX, FALSE, TRUE, FALSE },
	[FRAME_PROOF] = { 64, 64, FALSE, TRUE, FALSE },
	[FRAME_ERROR] = { 2, FRAME_ERROR_MAX, FALSE, TRUE, TRUE },
	[FRAME_PING] = { 0, 0, FALSE, FALSE, TRUE },
	[FRAME_PONG] = { 0, 0, FALSE, FALSE, TRUE },
	[FRAME_KEY] = { 5, FRAME_KEY_MAX, FALSE, FALSE, TRUE },
	[FRAME_JOIN] = { 0, 0, TRUE, FALSE, TRUE },
	[FRAME_LEAVE] = { 0, 0, TRUE, FALSE, TRUE },
	[FRAME_REFUSE] = { 2, FRAME_ERROR_MAX, TRUE, FALSE, TRUE },
	[FRAME_CREDIT] = { 4, 4, TRUE, FALSE, TRUE },
	[FRAME_MESSAGE] = { 0, FRAME_MESSAGE_MAX, TRUE, FALSE, TRUE },
};

static const guint8 no_chain[CHAIN_ID_LEN];

void
frame_head(guint8 head[FRAME_HEAD_LEN], FrameType type, const guint8 *chain,
	   gsize len)
{
	const guint32 wire_len = GUINT32_TO_BE((guint32)len);

	memset(head, 0, FRAME_HEAD_LEN);
	memcpy(head, &wire_len, sizeof(wire_len));
	head[4] = (guint8)type;
	if (chain != NULL)
		memcpy(head + 8, chain, CHAIN_ID_LEN);
}

void
frame_append(GByteArray *out, FrameType type, const guint8 *chain,
	     const void *payload, gsize len)
{
	guint8 head[FRAME_HEAD_LEN];

	frame_head(head, type, chain, len);
	g_byte_array_append(out, head, sizeof(head));
	if (len > 0)
		g_byte_array_append(out, payload, (guint)len);
}

void
frame_parser_init(FrameParser *parser)
{
	memset(parser, 0, sizeof(*parser));
	parser->payload = g_byte_array_new();
}

void
frame_parser_clear(FrameParser *parser)
{
	g_clear_pointer(&parser->payload, g_byte_array_unref);
}

GBytes *
frame_parser_take(FrameParser *parser)
{
	GBytes *bytes = g_byte_array_free_to_bytes(parser->payload);

	parser->payload = g_byte_array_new();
	return bytes;
}

/* NULL, or what is wrong with a head. */
static const char *
judge_head(const FrameParser *parser)
{
	const guint8 *head = parser->head;
	const guint type = head[4];
	const gboolean of_chain =
		memcmp(parser->chain, no_chain, CHAIN_ID_LEN) != 0;
	const FrameRule *rule;

	if (type < FRAME_HELLO || type >= G_N_ELEMENTS(rules))
		return "it sent a frame of no known type";
	rule = &rules[type];
	if (head[5] != 0 || head[6] != 0 || head[7] != 0)
		return "it sent a frame whose reserved bytes are not zero";
	if (!(parser->known ? rule->known : rule->shaking))
		return "it sent a frame at a moment that is not its own";
	if (rule->chain != of_chain)
		return of_chain ? "it sent a frame with a chain that it cannot "
				  "concern"
				: "it sent a frame without its chain";
	if (parser->len < rule->min || parser->len > rule->max)
		return "it sent a frame of a length that its type forbids";
	return NULL;
}

/* Answers how many bytes of the head were taken. */
static gsize
take_head(FrameParser *parser, const guint8 *data, gsize len)
{
	const gsize n = MIN(len, FRAME_HEAD_LEN - parser->head_len);
	guint32 wire_len;

	memcpy(parser->head + parser->head_len, data, n);
	parser->head_len += n;
	if (parser->head_len < FRAME_HEAD_LEN)
		return n;
	memcpy(&wire_len, parser->head, sizeof(wire_len));
	parser->len = GUINT32_FROM_BE(wire_len);
	parser->type = (FrameType)parser->head[4];
	memcpy(parser->chain, parser->head + 8, CHAIN_ID_LEN);
	parser->reason = judge_head(parser);
	g_byte_array_set_size(parser->payload, 0);
	return n;
}

gsize
frame_parse(FrameParser *parser, const guint8 *data, gsize len,
	    FrameEvent *event)
{
	gsize taken = 0;
	gsize n;

	*event = FRAME_MORE;
	if (parser->reason == NULL && parser->head_len < FRAME_HEAD_LEN)
		taken = take_head(parser, data, len);
	if (parser->reason != NULL) {
		*event = FRAME_BROKEN;
		return taken;
	}
	if (parser->head_len < FRAME_HEAD_LEN)
		return taken;
	n = MIN(len - taken, parser->len - parser->payload->len);
	if (n > 0)
		g_byte_array_append(parser->payload, data + taken, (guint)n);
	if (parser->payload->len < parser->len)
		return taken + n;
	parser->head_len = 0;
	*event = FRAME_GOT;
	return taken + n;
}
