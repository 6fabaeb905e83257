/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/eth-tx.h: Ethereum's transactions, signed, written without the
 * engine's own code for them.
 */
#ifndef TESTS_UNIT_ETH_TX_H
#define TESTS_UNIT_ETH_TX_H

#include <bsn/crypto.h>
#include <bsn/helpers/bytes.h>
#include <glib.h>

#define ETH_CHAIN_ID 20001u
/* Configs of chains that take them. */
#define ETH_CONFIG "{\"crypto\":\"std\",\"chain_id\":20001}"

typedef struct {
	guint type; /* 0, 1 or 2 */
	gboolean unprotected;
	guint64 chain_id;
	guint64 nonce;
	guint64 price;    /* of type 2: maxFeePerGas */
	guint64 priority; /* of type 2 */
	guint64 gas;
	bsn_slice to; /* 20 bytes, or empty */
	guint64 value;
	bsn_slice data;
	bsn_slice access_list; /* in RLP; empty for none */
} EthTx;

/* A legacy one for ETH_CHAIN_ID with a million gas. */
EthTx eth_tx(guint64 nonce, bsn_slice to, bsn_slice data);

/* Signs it with secp256k1. */
GByteArray *eth_tx_sign(const EthTx *tx, const guint8 *private_key);

/* Keccak-256; 32 bytes. */
void eth_keccak(bsn_slice data, guint8 *digest);
/* The address of a public key; 20 bytes. */
void eth_address(const guint8 *public_key, guint8 *address);

#endif
