/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-proposer.h: clients of gateway.Gateway/Evaluate and Endorse
 * on the nodes of fabric-endorse.h. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_PROPOSER_H
#define TESTS_UNIT_FABRIC_PROPOSER_H

#include "tests/unit/fabric-endorse.h"
#include "tests/unit/fabric-grpc.h"

#define EVALUATE "gateway.Gateway/Evaluate"
#define ENDORSE "gateway.Gateway/Endorse"
#define AND_12 "AND('Org1MSP.peer', 'Org2MSP.peer')"

extern EndorseNet *net;
extern Arena arena; /* of a test's messages */

/* A channel with chaincode "basic" of such a policy; and its end. */
void proposer_begin(const char *policy);
void proposer_end(void);
Channel *channel(void); /* of the node that clients talk to */

/* What the next proposals are; zeroed: Org1MSP's client calls Put of basic with
 * "a". */
typedef struct {
	const char *options;  /* of a request in uniform words */
	const char *tls_hash; /* what the certificate is said to be */
	char *organisations[70];
	gsize n;
	gboolean forged; /* signed by another member */
} ProposerWords;
extern ProposerWords words;
void forget_words(void);

void propose(Protos__SignedProposal *message);
GrpcCall *evaluate(void);
GrpcCall *endorse(void);

/* The call has ended; it is freed. details: their beginning; "": none. */
void assert_result(GrpcCall *call, const char *want);
void assert_failed(GrpcCall *call, guint code, const char *message,
		   const char *details);

#endif
