/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/json.h: what is on the ledger as JSON for people,
 * under the names that xldgpb gives it: ids, hashes and signatures in hex after
 * 0x, amounts as decimal text, owners as text; other bytes as text when they
 * are such, else in hex.
 *
 * What is longer than JSON_BYTES_MAX is cut, and its length told. New
 * references. All functions: [any].
 */
#ifndef XUPER_QUERY_JSON_H
#define XUPER_QUERY_JSON_H

#include <jansson.h>

#include "plugins/engine-xuper/format/block.h"

/* Bytes of one argument, key or value that are shown. */
#define JSON_BYTES_MAX 4096u

json_t *number_json(guint64 value);
json_t *bytes_json(bsn_slice bytes); /* hex */
json_t *said_json(bsn_slice bytes);  /* text or hex, whole */
/* Decimal text; hex for what is no amount. */
json_t *tokens_json(bsn_slice bytes);
/* Sets a member as said_json, cut; with "NAME_bytes", the whole length, when it
 * is. */
void set_said(json_t *object, const char *name, bsn_slice bytes);

/* A transaction as an object. */
json_t *tx_json(const Tx *tx);
/* Adds what is in a block's header to an object; Justify's signers are named,
 * their signatures left out. */
void set_header(json_t *object, const Block *block);

#endif
