/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/vouch.h: a node's word for a snapshot: its
 * signature of "bsn.snapshot/1", a NUL and the snapshot's hash. All functions:
 * [strand].
 */
#ifndef FABRIC_SNAPSHOT_VOUCH_H
#define FABRIC_SNAPSHOT_VOUCH_H

#include "plugins/engine-fabric/engine.h"

/* Who has to have given theirs, by the path of the policy. */
#define VOUCH_POLICY "/Channel/Application/Endorsement"

/* Signs as this node.
 *
 * Returns: BSN_OK.
 * Out:     der: SIGNATURE_MAX bytes; len.
 * Errors:  as bsn_keys.node_sign. */
int32_t vouch_sign(const Channel *channel, const guint8 hash[HASH_LEN],
		   guint8 *der, gsize *len, bsn_err *err);

/* Somebody's word, as it came. */
typedef struct {
	GBytes *identity; /* SerializedIdentity */
	GBytes *signature; /* DER */
} Voucher;

void voucher_free(gpointer voucher);

/* Whether the words for a snapshot are enough by a config.
 *
 * In: vouchers: Voucher, SIGNERS_MAX at most; each one who vouches counts once.
 *     now_ms: by the wall clock: who has expired does not count. */
gboolean vouch_is_enough(const ChannelConfig *config,
			 const guint8 hash[HASH_LEN],
			 const GPtrArray *vouchers, guint64 now_ms);

#endif
