/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/ledger.h: an open chain, and where its parts stand in
 * the store. One strand at a time works on it.
 *
 *   'm'                 where the chain stands: Head
 *   'b' number          block as encoded
 *   'i' number          block's digest, bytes, transactions, header
 *   'c' number          the block's certificate, if it has one
 *   'n' number          the block's nonces, 32 bytes each
 *   'f' number          the block's senders, 20 bytes each
 *   'H' hash            number
 *   't' 16 bytes of a transaction's hash   block number, index
 *   'M' number          members from that block on (membership.h)
 *   's' ...             world state (contracts.h)
 *   'x' 'y' 'z' ...     what it was at the last checkpoints (snapshot/undo.h)
 *   'S' 'T' number      of checkpoints (snapshot/snapshot.h)
 *   'N' 'V' ...         their sections' vectors (snapshot/gather.h)
 *   'J'                 a snapshot that is being installed (snapshot/install.h)
 *   'e'                 number of the first block that is kept whole, if some
 *                       before it are not
 *   'a' topic           keys of a private topic (amop/declared.h)
 *
 * Numbers are 8 bytes big-endian. A block's entries are one batch, so that a
 * crash leaves whole blocks or none.
 */
#ifndef FISCO_LEDGER_H
#define FISCO_LEDGER_H

#include <bsn/bsn.h>
#include <glib.h>

#include "plugins/engine-fisco/block.h"
#include "plugins/engine-fisco/genesis.h"
#include "plugins/engine-fisco/membership.h"
#include "plugins/engine-fisco/nonces.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/pace.h"
#include "plugins/engine-fisco/pool.h"
#include "plugins/engine-fisco/suite.h"

/* Where a chain stands after a block. */
typedef struct {
	guint64 number;
	guint8 hash[HASH_LEN];
	guint8 state_root[HASH_LEN];
	guint64 time_ms;
	guint64 bytes; /* of all blocks as encoded */
	guint64 txs;   /* in all blocks */
	guint64 invalid_txs;
	gboolean rows; /* the store has them: rows.h */
} Head;

/* Timers of the engine's own. */
#define TIMER_RETRY 1u /* the store refused a block or a proposal */
#define TIMER_IDLE 2u  /* nothing may have happened for a while */
#define TIMER_AMOP 3u  /* nobody answered a message */
#define TIMER_EVENTS 5u /* clients have more events to get */
#define TIMER_HELD 4u  /* an answer has been held for long enough */
#define TIMER_FORWARD 6u /* transactions go on waiting */
#define TIMER_STATUS 7u  /* others do not know of a block */
#define TIMER_SERVE 8u   /* peers wait for blocks */
#define TIMER_SYNC 9u    /* blocks are on their way */
#define RETRY_MS 200u
#define IDLE_MS 60000u

typedef struct InterfaceCache InterfaceCache;
typedef struct PolicyCache PolicyCache;
typedef struct Channels Channels;
typedef struct AmopHub AmopHub;
typedef struct HeldAnswers HeldAnswers;
typedef struct FiscoNet FiscoNet;

/* What a transaction may change of the config: precompiled/sysconfig.h. */
typedef struct {
	guint64 number;   /* of the block that they are for; 0: not read */
	guint64 tx_count; /* transactions of a block */
	guint64 tx_gas;   /* gas of a transaction */
} SysconfigLimits;

struct bsn_ledger {
	bsn_chain *chain;
	Genesis genesis;
	guint8 genesis_digest[HASH_LEN];
	Suite suite;
	const bsn_runtime *runtime;
	const bsn_consensus *consensus;
	bsn_agreement *agreement;
	bsn_proposer proposer;
	Membership members;  /* of the block after the head */
	guint8 sealer_address[ADDRESS_LEN]; /* this node's own */
	GHashTable *reachable; /* other members' keys: GBytes */

	Head head;    /* after the last block that the store accepted */
	Head durable; /* after the last block that is on disk */
	Pool pool;
	Nonces *nonces;    /* NULL until needed */
	GQueue executed;   /* Sealed: proposals of heights to come */
	GQueue expected;   /* of these, those built upon: expect.h */
	GQueue decided;    /* Decided: the store refused them so far */
	GQueue committed;  /* Committed: accepted, not yet durable */
	InterfaceCache *interfaces; /* NULL until needed */
	PolicyCache *verdicts;      /* on code: policy.h */
	AmopHub *amop;      /* messages between applications: amop/ */
	Channels *channels; /* NULL before the first client */
	HeldAnswers *held;  /* NULL before the first one */
	FiscoNet *net; /* NULL when the host has no transport */
	SysconfigLimits limits;
	struct IndexedBlocks *indexed; /* NULL until needed */
	struct Snapshots *snapshots; /* NULL: the chain has none */
	guint64 earliest;    /* first block, of those after the genesis, that is
			      * kept whole, and so are all after it */
	gboolean installing; /* the world state is partly another one's */
	struct Feeds *feeds; /* NULL before the first one */
	Pace pace;
	gboolean refused;  /* a proposal was put off: pending is owed */
	gboolean idle_armed;
	guint64 idle_height; /* head when the idle timer was armed */
};

static inline const Config *
ledger_config(const Ledger *ledger)
{
	return &ledger->genesis.config;
}

/* The world state as of the head. overlay_free it. [strand] */
Overlay *ledger_state(const Ledger *ledger);

/* The window of nonces, read from the store at first need.
 *
 * Returns: BSN_OK. Errors: as bsn_store.scan. [strand] */
int32_t ledger_nonces(Ledger *ledger, Nonces **nonces);

/* Whether the world state may be asked and changed: not while another node's is
 * being installed.
 *
 * Returns: BSN_OK. Errors: BSN_UNAVAILABLE. [any] */
int32_t ledger_usable(const Ledger *ledger, bsn_err *err);

/* Arms the idle timer. [strand] */
void ledger_active(Ledger *ledger);
/* The idle timer came: lets go of what an idle chain does not need.
 * [strand] */
void ledger_idle(Ledger *ledger);

#endif
