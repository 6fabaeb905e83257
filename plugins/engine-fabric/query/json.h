/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/query/json.h: what is on the ledger as JSON for people.
 *
 * Bytes that are printable text are texts, others are hex after 0x. What is
 * longer than JSON_BYTES_MAX is cut, and its length told.
 */
#ifndef FABRIC_QUERY_JSON_H
#define FABRIC_QUERY_JSON_H

#include <jansson.h>

#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/transaction.h"

/* Bytes of one argument, value or payload that are shown. */
#define JSON_BYTES_MAX 4096u

json_t *integer_json(guint64 value);
json_t *hex_json(bsn_slice bytes);
/* Text or hex, whole. */
json_t *text_json(bsn_slice bytes);
/* Sets a member, cut; with "NAME_bytes", the whole length, when it is. */
void set_bytes(json_t *object, const char *name, bsn_slice bytes);
/* Appends the same to an array: cut ones as {"NAME", "NAME_bytes"}. */
void append_bytes(json_t *array, const char *name, bsn_slice bytes);

/* Identities that were told of: certificates are many times the same, and to read
 * one takes as long as several signatures. Bounded: all are forgotten at times. */
#define IDENTITIES_MAX 1024u
typedef struct Identities {
	GHashTable *known; /* GBytes: json_t */
} Identities;
void identities_init(Identities *identities);
void identities_clear(Identities *identities);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Identities, identities_clear)
/* {"msp_id", "subject"} of a SerializedIdentity; a new reference. */
json_t *identity_json(Identities *identities, bsn_slice serialized);
/* A certificate's subject as RFC 2253 writes it; NULL when it is none. The
 * caller frees it. */
char *certificate_subject(bsn_slice pem);

/* A transaction: its headers, what was called and what came of it, as far as
 * `tx` was opened. */
json_t *envelope_json(Identities *identities, const Transaction *tx,
		      TxValidationCode code);
/* results.c: what was read and is written, by namespace. */
json_t *results_json(const Transaction *tx);
/* config.c: adds what a CONFIG or CONFIG_UPDATE says to `object`. */
void set_config(json_t *object, Identities *identities, const Transaction *tx);

#endif
