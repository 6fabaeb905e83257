/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-lanes.h: a pair of nodes (fisco-pair.h) with users of both
 * kinds of transactions, contracts that do all that there is to be done, and
 * calls of the engine's own.
 */
#ifndef TESTS_UNIT_FISCO_LANES_H
#define TESTS_UNIT_FISCO_LANES_H

#include "tests/unit/fisco-eth.h"
#include "tests/unit/fisco-pair.h"

#define LANES_USERS 8u
/* What each of them has at first: 10^18. */
#define LANES_FUNDS "0xde0b6b3a7640000"
#define LANES_OWN(number) "0x000000000000000000000000000000000000" number
#define LANES_DAG LANES_OWN("5002")

/* counter: adds calldata[32] to slot calldata[0], logs the sum
 * hasher:  slot calldata[0] ^= the hash of the block before
 * logger:  logs calldata[0] zero bytes
 * factory: CREATE2 with salt calldata[0] of a contract that counts its calls,
 *          or destroys itself when called with data; calls it with
 *          calldata[32] bytes
 * passer:  calls calldata[0] with what follows calldata[64]; keeps the output's
 *          first word in slot calldata[32]; passes a failure on
 * taster:  the same, but calls itself to do that, and undoes it
 * burner:  uses up all gas
 * reader:  sets slot calldata[0] to calldata[32], or if that is 0 logs the sum
 *          of the slots from there down to 1 */
typedef enum {
	COUNTER,
	HASHER,
	LOGGER,
	FACTORY,
	PASSER,
	TASTER,
	BURNER,
	READER,
	LANES_CONTRACTS
} LanesContract;

typedef struct {
	const char *name;
	const char *code;
} LanesCode;

extern const LanesCode lanes_codes[LANES_CONTRACTS];
extern FiscoPair lanes_pair;
extern EthUser lanes_users[LANES_USERS];
/* Addresses; each contract is of the user with its number. */
extern char *lanes_contracts[LANES_CONTRACTS];

/* Begins a chain by an EVM's rules and limits, members of a JSON object with a
 * comma behind each, whose first block has the contracts. */
void lanes_start(const char *rules, const char *limits, guint threads);
void lanes_stop(void);

/* Signs and submits one of FISCO's, if it can be built. */
void lanes_send(EthUser *user, const bsn_tx_request *request);
void lanes_deploy(EthUser *user, const LanesCode *code, const char *name);
/* Calls `to`, an address, by a transaction of FISCO's or of Ethereum's. */
void lanes_call(EthUser *user, gboolean ethereum, const char *to,
		const GByteArray *input, guint64 gas);

/* Parts of an input. */
void lanes_add_word(GByteArray *input, guint64 number);
void lanes_add_address(GByteArray *input, const char *address);
/* Calls with n strings, of up to 32 bytes; with one address or two. */
GByteArray *lanes_strings(const char *signature, const char *const *strings,
			  guint n);
GByteArray *lanes_addresses(const char *signature, const char *one,
			    const char *other);
/* The call "name(string,[string,]uint256)" of DagTransfer; amount: 32 bytes. */
GByteArray *lanes_dag(const char *signature, const char *const *names, guint n,
		      const guint8 *amount);

#endif
