/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/amop/hub.h: AMOP (Advanced Messenger On-chain Protocol):
 * messages between applications by topic. Nothing of them is on the ledger or
 * in the store.
 *
 * A member receives what is sent to its topics, whatever its connection is: an
 * SDK's channel or a session of the host; a link to another host would be one
 * more kind. A message to one goes to the member
 * with the topic who waited longest for any, and its answer goes back to the
 * sender; a message to all goes to every member with the topic.
 *
 * A private topic is one whose name begins with AMOP_PRIVATE. It is received
 * only by members that are verified for it: by a key that the topic's owner
 * declared (private.h), or, for what a publisher sends, by the verdict of that
 * publisher's SDK. Who has none of
 * the declared keys does not send to it either.
 *
 * Source: FISCO BCOS 2.x documentation, "AMOP". All functions: [strand].
 */
#ifndef FISCO_AMOP_HUB_H
#define FISCO_AMOP_HUB_H

#include <bsn/base.h>
#include <bsn/ext/session.h>
#include <glib.h>

#define AMOP_PRIVATE "#!$TopicNeedVerify_"

#define AMOP_ID_LEN 32u
#define AMOP_TOPIC_MAX 254u
/* Topics of one member. */
#define AMOP_TOPICS_MAX 256u
/* Publishers whose SDKs verified one member for one topic. */
#define AMOP_PUBLISHERS_MAX 256u
/* Messages that wait for an answer, of all senders and of one member. */
#define AMOP_WAITING_MAX 4096u
#define AMOP_SENT_MAX 1024u
/* How long a receiver has to answer when the sender does not say. */
#define AMOP_TIMEOUT_MS 5000u

typedef struct AmopHub AmopHub;
typedef struct AmopMember AmopMember;

/* Who somebody is, as the host found. Borrowed; any of it may be empty. */
typedef struct {
	bsn_slice name;
	bsn_slice organisation;
	bsn_slice public_key;
} AmopParty;

typedef struct {
	guint8 id[AMOP_ID_LEN]; /* the sender's choice */
	gboolean to_all;
	const char *topic;
	bsn_slice content;
	AmopParty from;
} AmopMessage;

/* ---- members ----------------------------------------------------------- */

typedef struct {
	/* Hands a message on; everything in it is borrowed. FALSE: the member
	 * cannot take it now. Must not call the hub. */
	gboolean (*deliver)(AmopMember *member, const AmopMessage *message);
} AmopMemberKind;

/* Embedded in what has the connection; zeroed at first. */
struct AmopMember {
	const AmopMemberKind *kind;
	AmopParty who;
	/* The hub's own. */
	GByteArray *names;  /* what `who` points into */
	GList link;         /* in the hub's members */
	guint64 serial;     /* no other member of the chain's had or has it */
	GHashTable *topics; /* by name; NULL before the first */
	GQueue waiting;     /* messages that wait for its answer */
	guint sent;         /* messages of its own that wait for one */
};

/* In: who, copied. */
void amop_join(AmopHub *hub, AmopMember *member, const AmopMemberKind *kind,
	       const bsn_client *who);
/* What waits for its answer is told AMOP_LEFT; its own messages are told
 * AMOP_SENDER_LEFT. */
void amop_leave(AmopHub *hub, AmopMember *member);

/* The topics that the member has from now on, instead of earlier ones. For
 * private ones that it had before, it stays verified.
 *
 * Returns: BSN_OK.
 * In:      names, ended by NULL.
 * Errors:  BSN_TOO_LARGE: more than AMOP_TOPICS_MAX, or a name over
 *          AMOP_TOPIC_MAX; nothing has changed. */
int32_t amop_set_topics(AmopHub *hub, AmopMember *member,
			const char *const *names, bsn_err *err);
gboolean amop_has_topic(const AmopMember *member, const char *topic);
/* Whether the member receives what `from`, which may be NULL, sends to the
 * topic. */
gboolean amop_receives(const AmopMember *member, const char *topic,
		       const AmopMember *from);

/* Says whether the member may receive a private topic that it has, as the SDK of
 * `publisher` found: it receives what that one sends.
 *
 * Returns: FALSE when that is not for a publisher to say: the member has no
 *          such topic, it is not private, its owner has declared keys, or
 *          AMOP_PUBLISHERS_MAX have said so before. */
gboolean amop_set_verified(AmopHub *hub, const AmopMember *publisher,
			   AmopMember *member, const char *topic,
			   gboolean verified);

/* Calls `act` for each member, which must not change who is one. */
void amop_each(AmopHub *hub, void (*act)(AmopMember *member, gpointer with),
	       gpointer with);

/* ---- messages ---------------------------------------------------------- */

typedef enum {
	AMOP_ANSWERED,
	AMOP_NOBODY,      /* no other member receives the topic, or the sender
			   * has no right to it */
	AMOP_LEFT,        /* the receiver has left without an answer */
	AMOP_TIMED_OUT,
	AMOP_FULL,        /* too many messages wait for answers */
	AMOP_SENDER_LEFT, /* nobody is there to be told */
	AMOP_CLOSING,     /* the chain closes */
} AmopOutcome;

/* What became of a message to one. */
typedef struct {
	AmopOutcome outcome;
	gint32 result;  /* the receiver's own; AMOP_ANSWERED */
	bsn_slice answer; /* borrowed; AMOP_ANSWERED */
} AmopStatus;

/* Who is told. */
typedef struct {
	/* Once for each message, from within amop_send or later. Must not
	 * call the hub. */
	void (*done)(gpointer owner, const AmopStatus *status);
	gpointer owner;
	AmopMember *self; /* is not sent its own message; NULL: no member */
} AmopSender;

/* To one of those who receive the topic. */
void amop_send(AmopHub *hub, const AmopSender *sender,
	       const AmopMessage *message, guint64 timeout_ms);
/* To all but `self`, which may be NULL. Returns how many have got it. */
guint amop_send_all(AmopHub *hub, const AmopMember *self,
		    const AmopMessage *message);
/* The member answers a message that it got.
 *
 * Returns: FALSE when nobody waits for its answer to that one (any more). */
gboolean amop_answer(AmopHub *hub, AmopMember *member,
		     const guint8 id[AMOP_ID_LEN], gint32 result,
		     bsn_slice answer);

/* ---- the hub ----------------------------------------------------------- */

AmopHub *amop_hub_new(bsn_chain *chain);
/* NULL is fine. What still waits is told AMOP_CLOSING. */
void amop_hub_free(AmopHub *hub);
/* TIMER_AMOP came. */
void amop_hub_timer(AmopHub *hub);

#endif
