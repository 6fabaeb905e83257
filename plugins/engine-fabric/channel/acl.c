/* SPDX-License-Identifier: Apache-2.0
 *
 * The defaults are those of Fabric 2.5's peer.
 */
#include "plugins/engine-fabric/channel/acl.h"

#include <glib.h>
#include <string.h>

#define READERS "/Channel/Application/Readers"
#define WRITERS "/Channel/Application/Writers"

const char *
acl_default(const char *resource)
{
	static const char *const defaults[][2] = {
		{ "_lifecycle/CheckCommitReadiness", WRITERS },
		{ "_lifecycle/CommitChaincodeDefinition", WRITERS },
		{ "_lifecycle/QueryChaincodeDefinition", WRITERS },
		{ "_lifecycle/QueryChaincodeDefinitions", WRITERS },
		{ "cscc/GetChannelConfig", READERS },
		{ "cscc/GetConfigBlock", READERS },
		{ "event/Block", READERS },
		{ "event/FilteredBlock", READERS },
		{ "gateway/ChaincodeEvents", READERS },
		{ "gateway/CommitStatus", READERS },
		/* What Fabric's orderers ask for, whatever ACLs say. */
		{ "orderer/Deliver", "/Channel/Readers" },
		{ "peer/ChaincodeToChaincode", WRITERS },
		{ "peer/Propose", WRITERS },
		{ "qscc/GetBlockByHash", READERS },
		{ "qscc/GetBlockByNumber", READERS },
		{ "qscc/GetBlockByTxID", READERS },
		{ "qscc/GetChainInfo", READERS },
		{ "qscc/GetTransactionByID", READERS },
	};

	for (guint i = 0; i < G_N_ELEMENTS(defaults); i++)
		if (strcmp(defaults[i][0], resource) == 0)
			return defaults[i][1];
	return NULL;
}
