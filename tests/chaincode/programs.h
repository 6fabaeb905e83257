/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/chaincode/programs.h: real chaincodes of this directory on the runtime,
 * with what npm has installed here (npm ci).
 */
#ifndef TESTS_CHAINCODE_PROGRAMS_H
#define TESTS_CHAINCODE_PROGRAMS_H

#include "tests/unit/chaincode-peer.h"

/* With children that may read the modules. */
Peer *programs_peer(void);
/* A package of a directory, DIST relative to the source or build. */
GByteArray *programs_pack(GTestFileType where, const char *directory,
			  const char *label);
/* The same, started; its id is "LABEL:HASH". */
char *programs_start(Peer *peer, const char *directory, const char *label);
/* A SignedProposal: of Ann of Org1MSP, with "secret": "gold" in passing. */
GBytes *programs_proposal(const char *tx_id);
/* A call with one, and its end. */
PeerCall *programs_call(Peer *peer, const char *package_id,
			const char *arguments);
/* Calls, and wants this code with this payload or message. */
void programs_expect(Peer *peer, const char *package_id, const char *arguments,
		     gint32 code, const char *answer);

#endif
