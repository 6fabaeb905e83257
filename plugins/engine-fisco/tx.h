/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/tx.h: a transaction of FISCO BCOS 2.x (rc2 and later),
 * an RLP list of 13:
 *
 *   nonce, gasPrice, gas, blockLimit, to, value, data, chainId, groupId,
 *   extraData, v, r, s
 *
 * The nonce is a random 256-bit number and no counter; `to` is empty for a
 * deployment. What is signed is the digest of the list of the first ten. On an
 * SM chain v is the 64-byte public key; else it is 27 or 28.
 *
 * Ethereum's transactions (ethtx.h) are read into the same structure.
 */
#ifndef FISCO_TX_H
#define FISCO_TX_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/engine-fisco/suite.h"

#define NONCE_LEN 32u

typedef enum {
	TX_NATIVE,      /* FISCO BCOS's */
	TX_LEGACY,      /* Ethereum's, without a type in front */
	TX_ACCESS_LIST, /* EIP-2930 */
	TX_DYNAMIC_FEE, /* EIP-1559 */
} TxKind;

/* A decoded transaction; slices point into its own copy of the bytes. */
typedef struct {
	gint refs; /* atomic */
	TxKind kind;
	guint8 hash[HASH_LEN]; /* these are valid once digested */
	guint8 sighash[HASH_LEN];
	guint8 sender[ADDRESS_LEN]; /* valid once tx_verify said BSN_OK */
	guint8 nonce[NONCE_LEN];    /* big-endian */
	guint64 gas;
	guint64 block_limit; /* TX_NATIVE only, as group_id and extra */
	guint64 chain_id;
	guint64 group_id;
	guint64 account_nonce;  /* not of TX_NATIVE, as is_protected */
	gboolean is_protected;  /* it names its chain (EIP-155) */
	guint8 parity;          /* of a secp256k1 signature: 0 or 1 */
	bsn_slice gas_price; /* integers without leading zeros; of
			      * TX_DYNAMIC_FEE its maxFeePerGas */
	bsn_slice priority_fee; /* TX_DYNAMIC_FEE only */
	bsn_slice access_list;  /* RLP; empty when the kind has none */
	bsn_slice value;
	bsn_slice to;        /* 20 bytes, or empty */
	bsn_slice data;
	bsn_slice extra;
	bsn_slice v, r, s;   /* v of TX_NATIVE only */
	bsn_slice signed_fields; /* those that are signed, side by side */
	bsn_slice raw;       /* all of it, as encoded */
	guint8 bytes[];
} Tx;

static inline gboolean
tx_is_ethereum(const Tx *tx)
{
	return tx->kind != TX_NATIVE;
}

/* Of Ethereum's: it names no chain. */
static inline gboolean
tx_is_unprotected(const Tx *tx)
{
	return tx_is_ethereum(tx) && !tx->is_protected;
}

/* Reads strictly: the shortest forms only, nothing left over. It is not
 * digested yet, and neither the signature nor anything that depends on the
 * chain is checked.
 *
 * Returns: BSN_OK and a transaction for tx_unref.
 * In:      raw, at most `max` bytes.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE (native 10005). [any] */
int32_t tx_read(const Suite *suite, bsn_slice raw, guint64 max, Tx **tx,
		bsn_err *err);
/* Digests what was signed of each of n transactions.
 *
 * Returns: BSN_OK, or as bsn_hash.digest. [any] */
int32_t tx_digest_signed(const Suite *suite, Tx *const *txs, guint64 n);
/* All of it for one: tx_read, and both digests. Errors: of both. [any] */
int32_t tx_decode(const Suite *suite, bsn_slice raw, guint64 max, Tx **tx,
		  bsn_err *err);
Tx *tx_ref(Tx *tx);
/* tx_unref(NULL) does nothing. */
void tx_unref(Tx *tx);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tx, tx_unref)

/* Verifies n signatures, of what was digested, and fills in the senders.
 *
 * Out:     results, n statuses: BSN_OK, BSN_BAD_SIGNATURE, below 0.
 * [any] */
void tx_verify(const Suite *suite, Tx *const *txs, guint64 n,
	       int32_t *results);

/* Writes an integer without leading zeros, such as Tx.value, to `len` bytes
 * big-endian; it is not longer. [any] */
void tx_integer(bsn_slice integer, guint8 *out, guint64 len);

/* The fields that a signer signs. */
typedef struct {
	guint8 nonce[NONCE_LEN];
	guint64 gas;
	guint64 block_limit;
	guint64 chain_id;
	guint64 group_id;
	bsn_slice value;
	bsn_slice to;
	bsn_slice data;
	bsn_slice extra;
} TxDraft;

/* Appends the list of the first ten fields; gasPrice is 0. [any] */
void tx_put_unsigned(const TxDraft *draft, GByteArray *out);
/* The digest of such a list, checked strictly.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. [any] */
int32_t tx_unsigned_digest(const Suite *suite, bsn_slice unsigned_tx,
			   guint8 *digest, bsn_err *err);

/* Puts a transaction together.
 *
 * Returns: BSN_OK.
 * In:      unsigned_tx, the list of ten; public_key; signature as the
 *          algorithm makes it (64 or 65 bytes).
 * Errors:  BSN_BAD_REQUEST. [any] */
int32_t tx_assemble(const Suite *suite, bsn_slice unsigned_tx,
		    bsn_slice public_key, bsn_slice signature, GByteArray *out,
		    bsn_err *err);

#endif
