/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/receipt.h: what a transaction did, an RLP list of 7 as
 * FISCO BCOS 2.x has it:
 *
 *   stateRoot (after the block), gasUsed (of this transaction),
 *   contractAddress (zeros when none was made), logBloom, status, output,
 *   logs: [[address, [topic, ...], data], ...]
 *
 * All functions: [any].
 */
#ifndef FISCO_RECEIPT_H
#define FISCO_RECEIPT_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/rlp.h"

#define BLOOM_LEN 256u
#define TOPICS_MAX 4u

/* Where an entry stands in a bloom filter: three times 11 bits of its digest
 * (Yellow Paper, section 4.3.1). */
#define BLOOM_BITS 3u
typedef struct {
	guint at[BLOOM_BITS];
} BloomBits;

/* Returns as bsn_hash.digest. In: entry, an address or a topic. */
int32_t bloom_bits(const Suite *suite, bsn_slice entry, BloomBits *bits);
/* Whether an entry may be in a filter of BLOOM_LEN bytes. */
gboolean bloom_has(const guint8 *bloom, const BloomBits *bits);

/* A receipt in the making, of one transaction after the other. */
typedef struct {
	guint64 gas_used;
	guint32 status; /* FISCO_* of codes.h */
	guint8 contract[ADDRESS_LEN];
	guint8 bloom[BLOOM_LEN];
	GByteArray *output;
	GByteArray *logs; /* each encoded, one after the other */
} Receipt;

Receipt *receipt_new(void);
/* As it was when it was new. */
void receipt_reset(Receipt *receipt);
/* receipt_free(NULL) does nothing. */
void receipt_free(Receipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Receipt, receipt_free)

/* Appends a log and enters it into the bloom filter. Returns as
 * bsn_hash.digest. In: topics, n of them, 32 bytes each. */
int32_t receipt_log(Receipt *receipt, const Suite *suite, bsn_slice address,
		    const bsn_slice *topics, guint64 n, bsn_slice data);
/* Forgets logs and created contract: the execution had no effect. */
void receipt_drop_effects(Receipt *receipt);
/* Bytes of output and logs. */
guint64 receipt_bytes(const Receipt *receipt);
/* Appends it as it will stand in a block, but for the state's root, which is
 * zeros: receipt_read shows where it goes. */
void receipt_put(const Receipt *receipt, GByteArray *out);

/* A receipt that was put, and what a block in the making needs to know. */
typedef struct {
	bsn_slice encoded;
	guint64 bytes; /* of output and logs */
	guint64 gas_used;
	guint32 status;
} EncodedReceipt;

/* A receipt as it stands in a block; borrows the block's bytes. */
typedef struct {
	guint64 gas_used;
	guint64 status;
	bsn_slice contract; /* 20 bytes, or empty when none was made */
	bsn_slice bloom;
	bsn_slice output;
	bsn_slice logs;     /* the list's items, for receipt_next_log */
	bsn_slice state_root;
} ReceiptView;

/* Reads the next receipt; an error stays in the reader. */
void receipt_read(RlpReader *reader, ReceiptView *receipt);

typedef struct {
	bsn_slice address;
	bsn_slice topics[TOPICS_MAX];
	guint64 n_topics;
	bsn_slice data;
} LogView;

/* Reads the next log of a reader over ReceiptView.logs; FALSE at the end and
 * for logs that are not well-formed. */
gboolean receipt_next_log(RlpReader *reader, LogView *log);

#endif
