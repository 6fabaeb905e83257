/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/payload.h: what is put around a config and
 * around an update of one.
 */
#ifndef FABRIC_MEMBERS_PAYLOAD_H
#define FABRIC_MEMBERS_PAYLOAD_H

#include "common/common.pb-c.h"
#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/signed.h"

/* Bytes of a nonce, as Fabric's clients make them. */
#define NONCE_LEN 24u

/* A SignatureHeader with a new nonce, in the arena.
 *
 * Returns: BSN_OK. Errors: as bsn_random.fill. */
int32_t config_signer(const Channel *channel, Arena *arena, bsn_slice creator,
			bsn_slice *header);

/* The bytes of a Payload, in the arena.
 *
 * Returns: BSN_OK.
 * In:      type: HeaderType; tx_id: NULL: that of the nonce and the creator;
 *          time: NULL: now, by the wall clock; extension: of the channel
 * header. Out:     id: its transaction id. */
typedef struct {
	int32_t type;
	bsn_slice signature_header;
	const char *tx_id;
	const Google__Protobuf__Timestamp *time;
	bsn_slice extension;
	bsn_slice data;
} PayloadParts;
int32_t config_payload(const Channel *channel, Arena *arena,
			 const PayloadParts *parts, bsn_slice *payload,
			 char id[TX_ID_SIZE]);
/* The Header alone, as config_payload has it. */
int32_t config_header(const Channel *channel, Arena *arena,
			const PayloadParts *parts, Common__Header *header,
			char id[TX_ID_SIZE]);

#endif
