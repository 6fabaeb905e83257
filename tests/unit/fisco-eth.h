/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-eth.h: users of a FISCO chain that speak Ethereum's
 * JSON-RPC.
 */
#ifndef TESTS_UNIT_FISCO_ETH_H
#define TESTS_UNIT_FISCO_ETH_H

#include "tests/unit/eth-tx.h"
#include "tests/unit/fisco-rpc.h"

typedef struct {
	Account account;
	guint8 address[20];
	char hex[43]; /* of the address */
	guint64 nonce; /* of the next transaction */
} EthUser;

EthUser eth_user(const FiscoChain *chain, guint8 number);

/* Input of a call: the selector of "name(type,...)" and words in hex. */
GByteArray *eth_input(const char *signature, const char *words);
/* The input that deploys Evidence. */
GByteArray *eth_evidence(void);

/* Sends a transaction, the answer as it came. */
json_t *eth_submit(const FiscoChain *chain, const GByteArray *raw);
/* Sends one that must be accepted, and lets what follows happen; its hash in
 * hex, g_free it. The user's nonce goes up. */
char *eth_send(const FiscoChain *chain, EthUser *user, const EthTx *tx);
/* The receipt of a transaction; fails the test when there is none. */
json_t *eth_receipt_of(const FiscoChain *chain, const char *hash);
/* Deploys Evidence; its address, 20 bytes. */
void eth_deploy(const FiscoChain *chain, EthUser *user, guint8 *address);
/* Deposits note "abc" under an id of one value; the hash. */
char *eth_deposit(const FiscoChain *chain, EthUser *user,
		  const guint8 *contract, guint8 id);

/* Member `name` of an object, as text. */
const char *text_of(const json_t *object, const char *name);

#endif
