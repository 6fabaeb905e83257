/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/founding.h: a channel's first config, from the
 * words of a chain's JSON config:
 *
 *	{
 *	  "organisations": [ {
 *	    "msp_id": "Org1MSP",
 *	    "root_certs": ["-----BEGIN CERTIFICATE-----..."],
 *	    "intermediate_certs": [], "admins": [], "revocation_lists": [],
 *	    "tls_root_certs": [], "tls_intermediate_certs": [],
 *	    "node_ous": true,
 *	    "application": true, "orderer": true,
 *	    "anchor_peers": ["peer0.org1.example.com:7051"],
 *	    "policies": { "Endorsement": "OR('Org1MSP.peer')" }
 *	  } ],
 *	  "batch": { "max_messages": 500, "absolute_max_bytes": 10485760,
 *	             "preferred_max_bytes": 2097152, "timeout_ms": 2000 },
 *	  "policies": { "Endorsement": "MAJORITY Endorsement" },
 *	  "acls": { "qscc/GetBlockByNumber": "/Channel/Application/Readers" },
 *	  "wasm": false
 *	}
 *
 * Only organisations is required; what is missing is as Fabric's own samples
 * have it. "wasm" has the channel take chaincode in WebAssembly: the application's
 * capability CHANNEL_CAPABILITY_WASM. "node_ous" may be an object that names the units by which an
 * organisation's certificates are told apart, of which two roles may have one:
 *
 *	{ "client": "client", "peer": "node", "admin": "admin",
 *	  "orderer": "node" }
 */
#ifndef FABRIC_CHANNEL_FOUNDING_H
#define FABRIC_CHANNEL_FOUNDING_H

#include <jansson.h>

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/suite.h"

/* Organisations that a channel begins with, and certificates of one kind that
 * each has. */
#define FOUNDING_ORGANISATIONS_MAX 100u
#define FOUNDING_CERTIFICATES_MAX 64u
/* Bytes of a block's envelopes, which go to other hosts as one message. */
#define FOUNDING_BLOCK_BYTES_MAX (13u << 20)

/* What others than the JSON say. */
typedef struct {
	const Suite *suite;
	const char *orderer_type;  /* the consensus: "raft", "pbft" */
	bsn_slice orderer_metadata; /* its own settings */
} Founding;

/* Makes the config of sequence 0. Certificates and policies are not judged:
 * channel_config_read does that.
 *
 * Returns: BSN_OK and a Config in the arena.
 * In:      object: borrowed.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the reason names the member and what
 *          to write. */
int32_t founding_config(Arena *arena, const Founding *founding,
			const json_t *object, Common__Config **config,
			bsn_err *err);

/* Block 0: one envelope with that config, alike wherever it is made.
 *
 * Returns: BSN_OK and a Block's bytes appended to `out`.
 * In:      time_ms: since 1970-01-01T00:00:00Z, of its channel header. */
int32_t founding_block(const Suite *suite, const char *channel_id,
		       const Common__Config *config, guint64 time_ms,
		       GByteArray *out);

#endif
