/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/message_body.h: the bodies of requests about messages, decoded
 * and checked; as body.h.
 */
#ifndef HOST_GATEWAY_MESSAGE_BODY_H
#define HOST_GATEWAY_MESSAGE_BODY_H

#include <bsn/ext/messages.h>
#include <glib.h>
#include <jansson.h>

/* How long a receiver may take when the sender does not say. */
#define MESSAGE_TIMEOUT_MS 5000u

/* POST messages */
typedef struct {
	json_t *document;
	const char *topic, *mode, *text, *base64;
	gboolean is_private;
	guint64 timeout_ms;
	guint32 message_mode; /* BSN_MESSAGE_* of `mode` */
	GBytes *payload;      /* of `text` or `base64` */
} MessageBody;
int32_t message_body_decode(const void *data, gsize len, MessageBody *out,
			    bsn_err *err);
void message_body_clear(MessageBody *body);

/* POST messages/{id}/answer: without a payload it says that it was received. */
typedef struct {
	json_t *document;
	const char *text, *base64;
	GBytes *payload;
} AnswerBody;
int32_t answer_body_decode(const void *data, gsize len, AnswerBody *out,
			   bsn_err *err);
void answer_body_clear(AnswerBody *body);

/* POST messages/topics */
typedef struct {
	json_t *document;
	const char *topic;
	json_t *keys;
	GPtrArray *decoded; /* GBytes, public keys */
} TopicBody;
int32_t topic_body_decode(const void *data, gsize len, TopicBody *out,
			  bsn_err *err);
void topic_body_clear(TopicBody *body);

/* The topics of "a,b"; free it with g_strfreev.
 *
 * Returns: NULL when there is none or it is wrong: `what` names it in the
 *          reason.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE in *status. */
char **message_topics(const char *list, const char *what, int32_t *status,
		      bsn_err *err);

#endif
