/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/command.h"

const Noun *const command_nouns[] = {
	&noun_init, &noun_status, &noun_chain,  &noun_node,
	&noun_contract,
	&noun_tx,   &noun_block,  &noun_ledger, &noun_event,
	&noun_snapshot,
	&noun_message, &noun_id, &noun_channel, &noun_grpc,
	&noun_peer, &noun_plugin, NULL,
};

const Option command_globals[] = {
	{ "node", 'n', "DIR|URL",
	  "the host: its node directory or its https address (BSN_NODE)" },
	{ "id", 'i', "NAME", "who asks: an identity of the node (BSN_ID)" },
	{ "json", 'j', NULL, "answer in JSON, errors included" },
	{ "timeout", 't', "SECONDS", "longest wait for an answer (30)" },
	{ "help", 'h', NULL, "show this help" },
	{ "version", 'V', NULL, "show the version" },
	{ NULL, 0, NULL, NULL },
};
