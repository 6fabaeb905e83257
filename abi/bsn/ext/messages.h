/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/messages.h: an engine that carries messages between applications
 * (`bsn.engine.messages/1`): by topic, to one or to all who listen, with the
 * receiver's answer; nothing of them is on the ledger. The host serves it at
 * /v1/chains/{chain}/messages.
 *
 * A private topic is received, and sent to, by those only whose public key its
 * owner declared. The host proves who has a key before it tells the engine: the
 * key of a client's certificate, or one that has signed a challenge. The engine
 * compares the keys as bytes.
 *
 * What the engine pushes to a session is one JSON object for each message:
 *
 *   {"id":"0x..","topic":"orders","private":false,"mode":"unicast",
 *    "from":{"name":"alice","organisation":"Org1","public_key":"0x.."},
 *    "text":"hello"}
 *
 * with "public_key" null when the sender has shown no certificate, "mode"
 * "unicast" or "multicast", and the payload either as "text", when it is UTF-8
 * without a zero byte, or as "base64".
 */
#ifndef BSN_EXT_MESSAGES_H
#define BSN_EXT_MESSAGES_H

#include "../engine.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_MESSAGES_ID "bsn.engine.messages/1"

/* Limits that the host keeps before it asks: bytes of a topic's name and of a
 * payload; topics of one subscription; keys of a private topic; how long a
 * receiver may take. */
#define BSN_MESSAGE_TOPIC_MAX 200u
#define BSN_MESSAGE_PAYLOAD_MAX (1u << 20)
#define BSN_MESSAGE_TOPICS_MAX 64u
#define BSN_MESSAGE_KEYS_MAX 256u
#define BSN_MESSAGE_TIMEOUT_MAX_MS 60000u

/* A topic: its name and whether it is private. A private topic is another one
 * than that of the same name that is not. */
typedef struct bsn_topic {
	uint32_t size;
	uint32_t is_private; /* 1 or 0 */
	bsn_slice name;      /* UTF-8 without control characters, not empty */
} bsn_topic;

/* Who takes messages of which topics. */
typedef struct bsn_subscription {
	uint32_t size;
	uint32_t topic_count;     /* 1 to BSN_MESSAGE_TOPICS_MAX */
	const bsn_topic *topics;
	const bsn_client *client;
	bsn_slice proven_key; /* public key that it has proven besides that of
			       * its certificate; empty: none */
} bsn_subscription;

#define BSN_MESSAGE_UNICAST 0u   /* to one who listens; it answers */
#define BSN_MESSAGE_MULTICAST 1u /* to all who listen; nobody answers */

typedef struct bsn_message {
	uint32_t size;
	uint32_t mode; /* BSN_MESSAGE_* */
	bsn_topic topic;
	const bsn_client *from;
	bsn_slice payload;
	uint64_t timeout_ms; /* unicast: 1 to BSN_MESSAGE_TIMEOUT_MAX_MS */
} bsn_message;

typedef struct bsn_engine_messages {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Subscribes a session, once: what comes for its topics from then on
	 * is pushed to it until it ends.
	 *
	 * Returns: BSN_OK: reply->value answers null.
	 * In:      session; wanted.
	 * Errors:  BSN_NOT_FOUND: nobody declared a private topic; BSN_DENIED:
	 *          none of the client's keys is one of its; BSN_BUSY.
	 * [strand] & open */
	int32_t (*subscribe)(bsn_ledger *ledger, bsn_session *session,
			     const bsn_subscription *wanted, bsn_reply *reply,
			     bsn_err *err);

	/* Sends a message. reply->value answers what became of it:
	 *   {"status":"delivered","text":..} or "base64": one who listens has
	 *     it, and this is the answer that came back
	 *   {"status":"delivered","receivers":n}: so many, of a multicast
	 *   {"status":"no-receiver"}: nobody listens
	 *   {"status":"receiver-left"}, {"status":"timed-out"}: it was handed
	 *     on, and no answer came
	 *
	 * Returns: BSN_OK: the reply was or will be answered.
	 * In:      message.
	 * Errors:  BSN_NOT_FOUND, BSN_DENIED as for subscribe; BSN_BUSY: too
	 *          many messages wait for answers.
	 * [strand] & open */
	int32_t (*publish)(bsn_ledger *ledger, const bsn_message *message,
			   bsn_reply *reply, bsn_err *err);

	/* Answers a unicast message that a session of the client was pushed.
	 *
	 * Returns: BSN_OK: reply->value answers null; the sender is told.
	 * In:      from; id as it was pushed; payload, may be empty.
	 * Errors:  BSN_NOT_FOUND: nobody waits for that client's answer to it
	 *          (any more).
	 * [strand] & open */
	int32_t (*answer)(bsn_ledger *ledger, const bsn_client *from,
			  const bsn_id *id, bsn_slice payload,
			  bsn_reply *reply, bsn_err *err);

	/* Declares who may send and receive on a private topic, instead of an
	 * earlier declaration of the same owner's: the owner, by the key of
	 * its certificate, and whoever has one of the keys. It lasts across
	 * restarts of the host. Who listens and has no right to any more gets
	 * nothing further.
	 *
	 * Returns: BSN_OK: reply->value answers null once the store has
	 *          accepted it.
	 * In:      owner; topic's name; keys, n to BSN_MESSAGE_KEYS_MAX.
	 * Errors:  BSN_CONFLICT: it is somebody else's; BSN_BUSY: there are
	 *          too many; BSN_BAD_REQUEST: the owner has no key; as
	 *          bsn_store.commit.
	 * [strand] & open */
	int32_t (*declare)(bsn_ledger *ledger, const bsn_client *owner,
			   bsn_slice topic, const bsn_slice *keys, uint64_t n,
			   bsn_reply *reply, bsn_err *err);

	/* Takes the declaration back: nobody sends or receives any more.
	 *
	 * Returns: BSN_OK: reply->value answers null.
	 * In:      who, NULL for an administrator; topic's name.
	 * Errors:  BSN_NOT_FOUND; BSN_DENIED: it is somebody else's; as
	 *          bsn_store.commit.
	 * [strand] & open */
	int32_t (*withdraw)(bsn_ledger *ledger, const bsn_client *who,
			    bsn_slice topic, bsn_reply *reply, bsn_err *err);

	/* The private topics: reply->value answers
	 *   [{"topic":"orders","owner":"0x..","keys":["0x..",..]},..]
	 *
	 * Returns: BSN_OK.
	 * [strand] & open */
	int32_t (*topics)(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);

	/* A session has ended, once for each that subscribe was given.
	 * [strand] & open & closing */
	void (*closed)(bsn_ledger *ledger, bsn_session *session);
} bsn_engine_messages;

/* Required members, X(member). */
#define BSN_ENGINE_MESSAGES_REQUIRED(X)                                        \
	X(subscribe) X(publish) X(answer) X(declare) X(withdraw) X(topics)     \
	X(closed)

/* The messages table of an engine, or NULL. [any] */
static inline const bsn_engine_messages *
bsn_engine_messages_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_messages *)engine->query(
		BSN_ENGINE_MESSAGES_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_MESSAGES_H */
