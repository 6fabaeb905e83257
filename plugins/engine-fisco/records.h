/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/records.h: the engine's entries in the store, but for
 * the world state. Errors besides those named: as bsn_store.get, and
 * BSN_E_CORRUPT. All functions: [strand].
 */
#ifndef FISCO_RECORDS_H
#define FISCO_RECORDS_H

#include "plugins/engine-fisco/ledger.h"

#define KEY_HEAD_RECORD 'm'
#define KEY_BLOCK 'b'
#define KEY_INFO 'i'
#define KEY_CERTIFICATE 'c'
#define KEY_NONCES 'n'
#define KEY_SENDERS 'f'
#define KEY_HASH 'H'
#define KEY_TX 't'
#define KEY_MEMBERS 'M'
#define KEY_MANIFEST 'S'
#define KEY_TOTALS 'T'
#define KEY_NONCES_VECTOR 'N'
#define KEY_STATE_VECTOR 'V'
#define KEY_JOIN 'J'
#define KEY_EARLIEST 'e'
/* The first of UNDO_SLOTS. */
#define KEY_UNDO 'x'
#define TX_KEY_LEN 16u

/* Longest of these keys. */
#define RECORD_KEY_MAX (1u + HASH_LEN)

/* Writes a key to `out`; its length. */
guint record_key_number(guint8 kind, guint64 number, guint8 *out);
guint record_key_hash(const guint8 *hash, guint8 *out);
guint record_key_tx(const guint8 *hash, guint8 *out);

/* Where the chain stands, and the digest of its genesis. */
void head_put(const Head *head, const guint8 *genesis, GByteArray *out);
/* Returns: BSN_OK or BSN_NOT_FOUND.
 * Errors:  BSN_E_VERSION for a newer format; BSN_E_CORRUPT also for a store
 *          that began with another genesis. */
int32_t head_load(bsn_chain *chain, const guint8 *genesis, Head *head,
		  bsn_err *err);

/* What is known of a block without reading it whole. */
typedef struct {
	bsn_slice hash;
	guint64 bytes;
	guint64 txs;
	bsn_slice header; /* encoded */
} BlockInfo;

void info_put(const BlockInfo *info, GByteArray *out);
/* Returns: BSN_OK or BSN_NOT_FOUND. `memory` holds what `info` points to. */
int32_t info_load(bsn_chain *chain, guint64 number, GByteArray *memory,
		  BlockInfo *info);

/* A block as encoded. Returns: BSN_OK or BSN_NOT_FOUND. */
int32_t block_load(bsn_chain *chain, guint64 number, GByteArray *out);

/* A block's certificate; empty when it has none. Returns: BSN_OK. */
int32_t certificate_load(bsn_chain *chain, guint64 number, GByteArray *out);

/* The senders of a block's transactions, 20 bytes each. Returns: BSN_OK or
 * BSN_NOT_FOUND. */
int32_t senders_load(bsn_chain *chain, guint64 number, GByteArray *out);

/* A block's number by its digest. Returns: BSN_OK or BSN_NOT_FOUND. */
int32_t number_load(bsn_chain *chain, const guint8 *hash, guint64 *number);

/* Where a transaction is. */
typedef struct {
	guint64 block;
	guint64 index;
} TxPlace;

void place_put(const TxPlace *place, guint8 *out);
#define PLACE_LEN 12u
/* By digest, of which the key holds a part: whoever reads the block compares
 * the whole. Returns: BSN_OK or BSN_NOT_FOUND. */
int32_t place_load(bsn_chain *chain, const guint8 *hash, TxPlace *place);

#endif
