/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/config.h: a channel's config, read: who its
 * organisations are, how it orders, its policies and what they are for.
 *
 * A config is one strand's: its MSPs remember members.
 */
#ifndef FABRIC_CHANNEL_CONFIG_H
#define FABRIC_CHANNEL_CONFIG_H

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/msp/manager.h"
#include "plugins/engine-fabric/policy/tree.h"

/* Bytes of a consensus's name. */
#define CHANNEL_ORDERER_TYPE_MAX 32u

typedef struct {
	char *msp_id;
	char *name; /* of its group, usually the same */
	bsn_slice msp; /* MSPConfig, borrowed from the config's message */
	gboolean in_application;
	gboolean in_orderer;
} ChannelOrganisation;

/* Where an organisation's peers listen, as its config says. */
typedef struct {
	const ChannelOrganisation *organisation; /* borrowed */
	char *host;
	guint16 port;
} ChannelAnchor;

/* Of the application, beside Fabric's own: chaincode in WebAssembly is taken. */
#define CHANNEL_CAPABILITY_WASM "BSN_WASM"
/* The type of its packages. */
#define CHAINCODE_TYPE_WASM "wasm"

typedef struct {
	Suite suite;
	guint64 sequence;
	char *orderer_type;
	GBytes *orderer_metadata;
	guint32 max_message_count;
	guint32 absolute_max_bytes;
	guint32 preferred_max_bytes;
	guint64 batch_timeout_ms;
	GPtrArray *organisations; /* ChannelOrganisation */
	GPtrArray *anchors;       /* ChannelAnchor */
	GHashTable *acls;         /* resource: path of its policy */
	gboolean wasm;            /* chaincode in WebAssembly is taken */
	MspManager *msps;
	PolicyTree *policies;
	/* The message it was read from, in the arena. */
	Arena arena;
	const Common__Config *message;
} ChannelConfig;

/* Reads a Config and judges all of it: MSPs, policies and values.
 *
 * Returns: BSN_OK and a config for channel_config_free.
 * In:      bytes: copied.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the reason has the path of what is
 *          wrong; BSN_E_VERSION: no loaded plugin has its algorithms. */
int32_t channel_config_read(const bsn_crypto_by_name *crypto, bsn_slice bytes,
			    ChannelConfig **config, bsn_err *err);
/* channel_config_free(NULL) does nothing. */
void channel_config_free(ChannelConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChannelConfig, channel_config_free)

/* The policy that a resource such as "qscc/GetBlockByNumber" needs: what the
 * config's ACLs say, else Fabric's default; NULL for a resource that neither
 * knows, or whose policy there is not. */
const Policy *channel_config_acl(const ChannelConfig *config,
				 const char *resource);
/* Whether the channel takes packages of a type: those of WebAssembly where its config
 * says so, all others always.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_OFFERED. */
int32_t channel_config_takes(const ChannelConfig *config, const char *type,
			     bsn_err *err);
/* Borrowed; NULL when the channel has none of that MSP. */
const ChannelOrganisation *
channel_config_organisation(const ChannelConfig *config, const char *msp_id);

#endif
