/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/sandbox.h: what one transaction's contracts see
 * and do: XModel through a layer, with the versions that are read and the values
 * that are written kept for the transaction; tokens that contracts move; events;
 * what it costs. Contract code and kernel contracts alike work on it.
 */
#ifndef XUPER_CONTRACT_SANDBOX_H
#define XUPER_CONTRACT_SANDBOX_H

#include "plugins/engine-xuper/config.h"
#include "plugins/engine-xuper/cross/fact.h"
#include "plugins/engine-xuper/format/tx.h"
#include "plugins/engine-xuper/state/utxo.h"
#include "plugins/engine-xuper/state/xmodel.h"

/* What is the same for whoever runs the transaction, so that all get the same:
 * nothing of it depends on when and where it runs. */
typedef struct {
	const ChainConfig *config;
	const Suite *suite;
	const char *initiator;
	const char *const *auth_require; /* ended by NULL */
	guint64 time_ms; /* the transaction's own timestamp */
	/* Of the block, for autogen transactions only; else 0. */
	guint64 height, term;
	/* What other chains have answered; NULL: none may be asked. Borrowed; what
	 * is lacking is noted there. */
	Facts *facts;
} SandboxEnv;

/* Resources, as XuperChain's ResourceType. */
#define RESOURCE_CPU 0
#define RESOURCE_MEMORY 1
#define RESOURCE_DISK 2
#define RESOURCE_XFEE 3
#define RESOURCES 4

/* Of one transaction: events, bytes of them, keys read or written, outputs that
 * its contracts spend. */
#define SANDBOX_EVENTS_MAX 1024u
#define SANDBOX_EVENT_BYTES_MAX (1u << 20)
#define SANDBOX_KEYS_MAX TX_ITEMS_MAX
#define SANDBOX_SPENT_MAX 256u
/* What one transaction's contracts may look at and write: a key, or 256 bytes of a
 * value, each time again; and what a block's judging counts for each, in units of
 * RESOURCE_CPU. It is no resource that is paid for. */
#define SANDBOX_WORK_MAX (1u << 18)
#define SANDBOX_WORK_BYTES 256u
#define SANDBOX_WORK_CPU 1000u
/* Where events are in BUCKET_TRANSIENT (ledger/effects.h): as XuperChain has
 * them, their number as a varint, then each with its length before it. */
#define KEY_EVENTS "contractEvent"

typedef struct Sandbox Sandbox;

Sandbox *sandbox_new(Layer *below, const SandboxEnv *env);
void sandbox_free(Sandbox *box); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sandbox, sandbox_free)
const SandboxEnv *sandbox_env(const Sandbox *box);
/* The state below it, for questions that no transaction asks. Borrowed. */
Layer *sandbox_layer(Sandbox *box);
/* From now on every change is refused (BSN_DENIED), or not any more; what it
 * was before. */
gboolean sandbox_set_read_only(Sandbox *box, gboolean read_only);
gboolean sandbox_read_only(const Sandbox *box);
/* Whether what happened depends on more than the versions of what was read: on
 * what a scan did not find, or on which outputs there are. Only running it again
 * then shows whether it still holds. */
gboolean sandbox_unversioned(const Sandbox *box);

/* Reads: own writes first. What is deleted is not found. value is replaced; it
 * may be NULL.
 * Returns: BSN_OK, BSN_NOT_FOUND. Errors: BSN_TOO_LARGE; BSN_OUT_OF_BUDGET: more
 * than SANDBOX_WORK_MAX; of the store. */
int32_t sandbox_get(Sandbox *box, bsn_slice bucket, bsn_slice key,
		    GByteArray *value, bsn_err *err);
/* The same without its being a read of the transaction: of what never changes. */
int32_t sandbox_look(Sandbox *box, bsn_slice bucket, bsn_slice key,
		     GByteArray *value, bsn_err *err);
/* A write needs a read of the same key: it is made when there was none. Value not
 * XMODEL_DELETED. Errors: BSN_TOO_LARGE. */
int32_t sandbox_put(Sandbox *box, bsn_slice bucket, bsn_slice key,
		    bsn_slice value, bsn_err *err);
int32_t sandbox_delete(Sandbox *box, bsn_slice bucket, bsn_slice key,
		       bsn_err *err);
/* Keys in order, own writes merged; each one that comes is a read. `to` empty: the
 * bucket's end. The sink may work on the sandbox, and ends the scan with anything
 * but BSN_OK, which is then what comes back. */
typedef struct SandboxScan SandboxScan;
struct SandboxScan {
	int32_t (*item)(SandboxScan *scan, bsn_slice key, bsn_slice value);
};
int32_t sandbox_scan(Sandbox *box, bsn_slice bucket, bsn_slice from,
		     bsn_slice to, SandboxScan *scan, bsn_err *err);
/* Moves tokens that a contract (or, to a contract, the initiator's transaction)
 * has: outputs are chosen in a fixed order.
 * Errors: BSN_DENIED: not enough. */
int32_t sandbox_transfer(Sandbox *box, bsn_slice from, bsn_slice to,
			 const guint8 amount[AMOUNT_LEN], bsn_err *err);
/* An event of a contract; body is JSON or bytes. Errors: BSN_TOO_LARGE: more than
 * SANDBOX_EVENTS_MAX, or SANDBOX_EVENT_BYTES_MAX in all. */
int32_t sandbox_emit(Sandbox *box, bsn_slice contract, bsn_slice name,
		     bsn_slice body, bsn_err *err);
/* What another chain has answered, for the transaction to carry (cross/fact.h);
 * the same question has one answer. It counts as RESOURCE_DISK.
 * Returns: BSN_OK, and the fact, which lives as long as env.facts. Errors:
 * BSN_UNAVAILABLE: it is lacking, and the run should end; BSN_BAD_REQUEST,
 * BSN_TOO_LARGE: no such question; BSN_NOT_OFFERED: none may be asked. */
int32_t sandbox_ask(Sandbox *box, const Bsn__Cross__Question *question,
		    const Bsn__Cross__Fact **fact, bsn_err *err);
/* What is used up of a resource; saturates. Bytes that are written count as
 * RESOURCE_DISK by themselves. */
void sandbox_use(Sandbox *box, guint resource, guint64 amount);
guint64 sandbox_used(const Sandbox *box, guint resource);
/* What it took so far, in units of RESOURCE_CPU, the same wherever it runs. */
guint64 sandbox_cost(const Sandbox *box);

/* Taking back what a failed inner call did (reads stay). */
guint64 sandbox_mark(Sandbox *box);
void sandbox_revert(Sandbox *box, guint64 mark);

/* Fills in inputs_ext, outputs_ext (events and facts among them, in
 * BUCKET_TRANSIENT), and
 * the contracts' own tx_inputs and tx_outputs; sorted by bucket and key. The
 * arrays lie in `arena`. */
void sandbox_result(Sandbox *box, Arena *arena, Xldgpb__Transaction *msg);

#endif
