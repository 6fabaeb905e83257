/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-ledger.h: a channel "one" on the fake host's store, and
 * blocks for it, for tests of engine-fabric's ledger. Signatures are only named
 * here: a test says which hold. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_LEDGER_H
#define TESTS_UNIT_FABRIC_LEDGER_H

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/ledger/history.h"
#include "plugins/engine-fabric/ledger/simulator.h"
#include "tests/unit/fake-host.h"

/* A text without its NUL. */
#define TEXT(text) bsn_slice_str(text)

#define assert_same(got, want) g_assert_true(bsn_slice_equal((got), (want)))

typedef struct {
	Suite suite;
	bsn_chain *chain;
	ChannelLedger *ledger;
	GPtrArray *envelopes; /* GByteArray, of the block that is being made */
	guint nonces;	      /* drawn so far */
	/* How the next block is judged. */
	const char *bad_signature; /* identity whose signatures do not hold */
	const char *not_endorsed;  /* namespace */
	TxCode not_endorsed_code;
	TxCode config_code;
	TxJudge *judge; /* instead of all that; NULL: none */
	PrivateSource *source; /* NULL: there is no private data */
	/* Told of each block that was accepted; may be NULL. */
	void (*committed)(const BlockOutcome *outcome, gpointer data);
	gpointer data;
	GString *asked; /* "namespace[valid valid];" of each question */
	TxCode *codes;	/* of the last block */
} FabricLedger;

/* With a first block unless `empty`. */
FabricLedger *fabric_ledger_new(gboolean sm, gboolean empty);
/* One of several of a test. */
FabricLedger *fabric_ledger_new_of(const Suite *suite, gboolean empty);
void fabric_ledger_free(FabricLedger *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricLedger, fabric_ledger_free)

/* Closes and opens it; with `crash` what is not durable is lost. Returns what
 * opening returns. */
int32_t fabric_ledger_reopen(FabricLedger *fixture, gboolean crash);

/* An endorser transaction; zeroed fields mean the default. */
typedef struct {
	const char *nonce;     /* drawn when NULL */
	const char *creator;   /* "client" */
	const char *channel;   /* "one" */
	const char *tx_id;     /* the right one */
	const char *chaincode; /* "basic", as it was called */
	const char *ran;       /* the same, as it was endorsed */
	const char *version;   /* "1.0" */
	const char *event;     /* name; NULL: none */
	const char *event_chaincode;
	const char *endorser; /* "peer" */
	const char *proposer; /* the creator, beside the action */
	bsn_slice results;    /* TxReadWriteSet */
	int32_t type;	      /* HeaderType; 0: ENDORSER_TRANSACTION */
	guint64 epoch;
	guint endorsements; /* 1 when 0 */
	const bsn_slice *endorsers; /* each one's identity, instead */
	gint64 seconds;
	gboolean no_header;
	gboolean no_chaincode_called;
	gboolean no_chaincode_ran;
	gboolean other_proposal;
	guint actions;	     /* 1 when 0 */
	bsn_slice extension; /* of the channel header, instead */
	bsn_slice action;    /* ChaincodeAction's bytes, instead */
	bsn_slice events;    /* ChaincodeEvent's bytes, instead */
} LedgerTx;

GByteArray *fabric_ledger_tx(FabricLedger *fixture, const LedgerTx *wanted);
/* A config transaction; `valid` FALSE: without a Config in it. */
GByteArray *fabric_config_tx(FabricLedger *fixture, guint64 sequence,
			     gboolean signed_by_orderer, gboolean valid);
/* The id that the last fabric_ledger_tx has; borrowed until the next. */
const char *fabric_last_tx_id(void);

/* Puts an envelope, taking it, into the block that is being made. */
void fabric_ledger_add(FabricLedger *fixture, GByteArray *envelope);
/* The Block that is next, from what was added, which is forgotten. */
GByteArray *fabric_ledger_block(FabricLedger *fixture);
/* Appends a block's bytes with the fixture's judge; what that returns. */
int32_t fabric_ledger_append(FabricLedger *fixture, bsn_slice block,
			     bsn_err *err);
/* Makes and appends the next block; it must be accepted. */
void fabric_ledger_commit(FabricLedger *fixture);
/* The same with one transaction of a read-write set; its code. Takes it. */
TxCode fabric_ledger_run(FabricLedger *fixture, GByteArray *results);

/* The read-write set that a simulator leaves; frees it. */
GByteArray *fabric_finish(Simulator *simulator);
/* Writes, each "key=value" or "key" for a delete, as one transaction of
 * "basic", which must be valid. Ended by NULL. */
void fabric_ledger_put(FabricLedger *fixture, ...) G_GNUC_NULL_TERMINATED;
/* The state of "basic" now: "key=value@block:tx ..." in order; g_free it. */
char *fabric_ledger_state(const FabricLedger *fixture);

#endif
