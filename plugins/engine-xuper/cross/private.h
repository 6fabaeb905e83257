/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/private.h: the inside of cross/. All functions:
 * [strand].
 */
#ifndef XUPER_CROSS_PRIVATE_H
#define XUPER_CROSS_PRIVATE_H

#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/engine-xuper/cross/fact.h"
#include "plugins/engine-xuper/cross/parachain.h"

typedef struct Inquiry Inquiry;

struct Cross {
	/* Of a root chain. */
	gboolean changed;  /* by blocks that are not on disk */
	gboolean armed;	   /* TIMER_CROSS */
	GHashTable *asked; /* name -> whether it was to be begun, or to end */
	GHashTable *begun; /* name -> why it is not open here; "": it is */
	/* Of a parallel chain. */
	GHashTable *group;   /* addresses; NULL: not known */
	GHashTable *readers; /* names of chains; "*": all. NULL: not known */

	/* Numbers of what is asked, also between nodes; never used twice. */
	guint64 next;
	GHashTable *inquiries; /* number -> Inquiry */
	/* endorse.c */
	GHashTable *favours; /* cookie -> what a node has asked for */
	guint64 second_ms;   /* when `asks` began */
	guint asks;
};

/* Cookies of questions below are group.c's. */
#define CROSS_NUMBERS 16u

/* Reads a value of $parachain as the newest final block has it; key PREFIX NAME.
 * Returns: BSN_OK, also when there is none. */
int32_t cross_read(const bsn_ledger *ledger, const char *prefix,
		   const char *name, GByteArray *value, bsn_err *err);

/* group.c: a root chain tells a parallel chain its group. */
void group_tell(const bsn_ledger *ledger, const char *name);
/* A parallel chain asks its root chain for it. */
void group_ask(bsn_ledger *ledger);
void group_answered(bsn_ledger *ledger, bsn_slice answer);
/* It was told: {"group":{...}}. */
void group_set(bsn_ledger *ledger, const json_t *group);

int32_t cross_asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question,
		    bsn_reply *reply, bsn_err *err);

/* inquiry.c */
void inquiry_free(gpointer inquiry);
void inquiry_abandon_all(bsn_ledger *ledger);
void inquiry_answered(bsn_ledger *ledger, guint64 number, int32_t status,
		      bsn_slice answer, const bsn_err *why);
void inquiry_arm(bsn_ledger *ledger);

/* endorse.c */
void favour_free(gpointer favour);
void endorse_answered(bsn_ledger *ledger, guint64 cookie, int32_t status,
		      bsn_slice answer, const bsn_err *why);
/* This node's public key, and its signature. */
bsn_slice cross_self(const bsn_ledger *ledger);
int32_t cross_sign(const bsn_ledger *ledger, const guint8 digest[HASH_LEN],
		   guint8 signature[SIGNATURE_RAW_LEN], bsn_err *err);

#endif
