/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/vendor-chain.h: a chain of the vendor kit's engine in the fake
 * host, and accounts that use it in uniform words.
 */
#ifndef TESTS_UNIT_VENDOR_CHAIN_H
#define TESTS_UNIT_VENDOR_CHAIN_H

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Bytes of its blocks' and transactions' ids. */
#define ID 32u

typedef struct {
	guint8 private_key[32];
	guint8 public_key[64];
} VendorAccount;

typedef struct {
	bsn_chain *chain;
	GByteArray *genesis;
	VendorAccount alice, bob;
} VendorChain;

/* The engine, which is linked in, and its host, begun anew. */
const bsn_engine *vendor_engine(void);

/* A chain of this node's, open; vendor_free closes it in order. */
VendorChain *vendor_new(const char *name);
void vendor_free(VendorChain *vendor);
void vendor_reopen(VendorChain *vendor);
/* What genesis answers for a config and so many members. */
int32_t vendor_genesis(bsn_chain *chain, const char *name, const char *config,
		       guint members, GByteArray *out, bsn_err *err);

/* A request of the account's; args is JSON, code text, either may be NULL. */
bsn_tx_request vendor_request(guint32 kind, const VendorAccount *account,
			      const char *contract, const char *function,
			      const char *args, const char *code);
/* Builds and signs: the finished transaction, or NULL with what begin or
 * sign_round said. */
GByteArray *vendor_build(const VendorChain *vendor,
			 const VendorAccount *account,
			 const bsn_tx_request *request, int32_t *status);
/* Submits; nothing has settled when it returns. */
bsn_reply *vendor_submit(const VendorChain *vendor, const void *tx, gsize len);
/* Builds, signs, submits, settles: the status of its execution, or what it was
 * refused with. */
int32_t vendor_do(const VendorChain *vendor, const VendorAccount *account,
		  guint32 kind, const char *contract, const char *function,
		  const char *args, const char *code);
/* The result of a read-only call, or NULL with its status. g_free it. */
char *vendor_call(const VendorChain *vendor, const char *contract,
		  const char *function, const char *args, int32_t *status);

/* Answers, which the caller frees; those of blocks and events by number. */
bsn_reply *vendor_ledger(const VendorChain *vendor);
bsn_reply *vendor_block(const VendorChain *vendor, guint32 by, guint64 number,
			bsn_slice id, guint64 want);
bsn_reply *vendor_events(const VendorChain *vendor, guint64 from, guint64 to);
json_t *vendor_json(bsn_slice text);
json_t *vendor_contract(const VendorChain *vendor, const char *name);
json_t *vendor_check(const VendorChain *vendor, const char *code);

/* Version 1 or 2 of the contract that the kit's workload has. */
const char *vendor_code(guint version);

#endif
