/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-channel.h: the config of a channel "one" with the
 * organisations Org1MSP and Org2MSP, and a third outside, for tests.
 */
#ifndef TESTS_UNIT_FABRIC_CHANNEL_H
#define TESTS_UNIT_FABRIC_CHANNEL_H

#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/channel/founding.h"
#include "tests/unit/fabric-ca.h"

#define FABRIC_ORGS 3u

typedef struct {
	Suite suite;
	Issued *roots[FABRIC_ORGS];
	Issued *admins[FABRIC_ORGS];
	Issued *peers[FABRIC_ORGS];
	Issued *clients[FABRIC_ORGS];
} FabricOrgs;

FabricOrgs *fabric_orgs_new(gboolean sm);
void fabric_orgs_free(FabricOrgs *orgs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricOrgs, fabric_orgs_free)

/* "Org1MSP" and so on. */
const char *fabric_org_id(guint org);
/* The first `n` organisations as founding.h has them, and no more. */
json_t *fabric_founding(const FabricOrgs *orgs, guint n);
/* Founds a channel by "raft": a Config's bytes. Fails the test. */
GByteArray *fabric_config_bytes(const FabricOrgs *orgs, const json_t *founding);
/* Reads one. Fails the test. */
ChannelConfig *fabric_config_read(bsn_slice bytes);

/* A ConfigUpdateEnvelope's bytes for channel "one", signed by n. */
GByteArray *fabric_update(const FabricOrgs *orgs,
			  Common__ConfigGroup *read_set,
			  Common__ConfigGroup *write_set,
			  const char *channel_id, const guint *admins, guint n);

#endif
