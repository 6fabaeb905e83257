/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/amop/private.h: private topics whose owner declared the
 * public keys that may send and receive. The host proves who has which key: the
 * one of a client's certificate, or one that answered a challenge.
 *
 * Keys are compared as bytes, whatever their algorithm: who proved one has
 * signed with it, and no bytes are a point of two curves by chance.
 *
 * All functions: [strand].
 */
#ifndef FISCO_AMOP_PRIVATE_H
#define FISCO_AMOP_PRIVATE_H

#include <bsn/crypto.h>

#include "plugins/engine-fisco/amop/hub.h"

/* Topics with keys on one chain, and keys of one topic. */
#define AMOP_PRIVATES_MAX 1024u
#define AMOP_KEYS_MAX 256u

typedef struct {
	char *topic;     /* with AMOP_PRIVATE */
	GBytes *owner;   /* public key: may send, receive and change it */
	GPtrArray *keys; /* GBytes; of the others */
} AmopPrivate;

AmopPrivate *amop_private_new(const char *topic, bsn_slice owner,
			      const bsn_slice *keys, guint64 n);
void amop_private_free(AmopPrivate *private);
/* NULL is fine: nobody. */
gboolean amop_private_allows(const AmopPrivate *private, bsn_slice key);
gboolean amop_private_owned(const AmopPrivate *private, bsn_slice key);

/* NULL: no keys were declared. Borrowed until the topic is declared anew. */
const AmopPrivate *amop_private_find(const AmopHub *hub, const char *topic);
/* All of them, by name; free the array. */
GPtrArray *amop_private_list(const AmopHub *hub);

/* Whether somebody with the key may send to the topic: to a private one that
 * has keys only with one of them. */
gboolean amop_may_send(const AmopHub *hub, const char *topic, bsn_slice key);

/* Takes a declaration instead of an earlier one: members are verified by it, or
 * no longer. */
void amop_private_declare(AmopHub *hub, AmopPrivate *private);
/* The topic has no keys any more: nobody is verified for it. */
void amop_private_withdraw(AmopHub *hub, const char *topic);

/* The member has proven that it has the key, for as long as it has the topic.
 *
 * Returns: whether it receives the topic by it. */
gboolean amop_prove(AmopHub *hub, AmopMember *member, const char *topic,
		    bsn_slice key);

#endif
