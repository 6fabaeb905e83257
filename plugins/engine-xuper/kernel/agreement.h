/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/agreement.h: who agrees on blocks, and how: one
 * value of XModel (bucket "$consensus", key "agreement"), which every method that
 * changes validators or protocol writes. A block that wrote it has
 * BSN_TREE_CLOSES.
 *
 *   {"protocol":"tdpos","config":{...},"validators":["ADDRESS",...]}
 *
 * And the chain's nodes, validators or not: bucket "$member", key ADDRESS ->
 * {"public_key","role","name","address"}: others are refused a connection, and
 * who is to be a validator must be there. Role is "consensus" for who may
 * become one, "observer".
 */
#ifndef XUPER_KERNEL_AGREEMENT_H
#define XUPER_KERNEL_AGREEMENT_H

#include "plugins/engine-xuper/config.h"
#include "plugins/engine-xuper/format/tx.h"
#include "plugins/engine-xuper/state/layer.h"

#define BUCKET_CONSENSUS "$consensus"
#define KEY_AGREEMENT "agreement"
#define BUCKET_MEMBER "$member"

/* Nodes as the ABI has them: in `validators` order those that agree, then the
 * others. Slices lie in `memory`. */
typedef struct {
	GArray *list; /* bsn_member; role CONSENSUS for validators only */
	guint n_validators;
	char *protocol; /* "chainedbft", "tdpos", "xpoa", "single" */
	char *config;   /* JSON object */
	GByteArray *memory;
} Agreement;
void agreement_free(Agreement *agreement); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Agreement, agreement_free)

/* As the state has it. Returns: BSN_OK. Errors: BSN_E_CORRUPT; of the store. */
int32_t agreement_read(Layer *layer, const Suite *suite, Agreement **agreement,
		       bsn_err *err);
/* The whole as bytes for the ledger's 'a' records, and back. */
void agreement_write(const Agreement *agreement, GByteArray *out);
int32_t agreement_parse(bsn_slice bytes, const Suite *suite,
			Agreement **agreement, bsn_err *err);
/* Whether a block's transactions changed it: bucket $consensus' key, or $member
 * entries of validators or observers. */
gboolean agreement_changed(Tx *const *txs, guint n);

#endif
