/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/evm/fixture.h: the EVM plugin, a world with one contract, and a caller.
 */
#ifndef TESTS_EVM_FIXTURE_H
#define TESTS_EVM_FIXTURE_H

#include "tests/evm/world.h"

/* Addresses: 20 bytes of one value. */
#define CALLER_BYTE 0xca
#define CONTRACT_BYTE 0xc0
#define OTHER_BYTE 0x0e
#define PROPOSER_BYTE 0xbe

#define PLENTY_OF_GAS 10000000u

typedef struct {
	const bsn_runtime *evm;
	bsn_machine *machine; /* of all executions */
	World *world;
	bsn_block_env block;
	bsn_call call; /* of the contract by the caller, PLENTY_OF_GAS */
	guint8 caller[20];
	guint8 contract[20];
	guint8 other[20];
	guint8 proposer[20];
	guint8 value[32];
	guint8 price[32];
	bsn_err err;
} Fixture;

/* Plugins are opened once per process. The caller has 2^64 - 1 wei. */
Fixture *fixture_new(void);
void fixture_free(Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* Puts code, in hex, at an address of one value. */
void fixture_put_code(Fixture *fixture, guint8 byte, const char *hex);
/* Executes fixture->call; the outcome is in fixture->world. */
void fixture_execute(Fixture *fixture);
/* Puts code at the contract's address and executes the call; its status. */
int32_t fixture_run(Fixture *fixture, const char *hex);

/* Bytes of hex; fails the test when it is none. */
GByteArray *bytes_of_hex(const char *hex);
/* The output in hex without 0x. The caller frees it. */
char *fixture_output(const Fixture *fixture);

#endif
