/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof of work: a block is gathered once and kept while nonces are tried, some at
 * a time. Its id does not cover the signature, which is made for the nonce that is
 * found.
 */
#include "plugins/engine-xuper/chain/tree-private.h"

#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/engine-xuper/format/block_id.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/target.h"

#define NONCE_MAX G_MAXINT32

typedef struct Seek Seek;
struct Seek {
	/* Upon what, and for what. */
	guint8 parent[HASH_LEN];
	Layer *below; /* the parent's: the same block may have come again */
	bsn_seal seal; /* without justify; its nonce does not count */
	guint32 flags;
	guint pooled; /* what waited then */

	Gathered gathered;
	GByteArray *text; /* what the id is the hash of */
};

static void
seek_free(Seek *seek)
{
	gathered_clear(&seek->gathered);
	layer_unref(seek->below);
	g_byte_array_unref(seek->text);
	g_free(seek);
}

void
tree_seek_clear(bsn_ledger *ledger)
{
	g_clear_pointer(&ledger->seek, seek_free);
}

/* ---- gathering ----------------------------------------------------------- */

static gboolean
is_same_seal(const bsn_seal *a, const bsn_seal *b)
{
	return a->target_bits == b->target_bits && a->time_ms == b->time_ms &&
	       a->term == b->term && a->round == b->round;
}

/* Nothing is gathered again for each that comes to wait; but where nothing
 * waited, the first one counts. */
static gboolean
is_current(const bsn_ledger *ledger, const LedgerNode *parent,
	   const bsn_seal *seal, guint32 flags)
{
	const Seek *seek = ledger->seek;

	return seek != NULL && seek->below == parent->layer &&
	       memcmp(seek->parent, parent->block->id, HASH_LEN) == 0 &&
	       seek->flags == flags && is_same_seal(&seek->seal, seal) &&
	       (seek->gathered.carries ||
		seek->pooled == pool_count(ledger->pool));
}

static int32_t
gather(bsn_ledger *ledger, LedgerNode *parent, const bsn_seal *seal,
       guint32 flags, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	PoolWalk walk = pool_walk(ledger->pool);
	const gboolean bare =
		(flags & BSN_EXTEND_BARE) != 0 || tree_is_full(ledger);
	const guint pooled = pool_count(ledger->pool);
	g_auto(Gathered) gathered = { 0 };
	g_autoptr(GByteArray) text = g_byte_array_new();
	BlockPlan plan;
	Seek *seek;
	int32_t status = draft_gather(
		&ledger->verifier, parent, seal,
		(flags & (BSN_EXTEND_EMPTY | BSN_EXTEND_BARE)) != 0,
		ledger->node_key, bare ? NULL : pool_walk_next, &walk,
		&gathered, err);

	if (status != BSN_OK)
		return status;
	plan = draft_plan(parent, seal, ledger->node_key, &gathered);
	status = block_text(&ledger->suite, &plan, text, err);
	if (status != BSN_OK)
		return status;
	seek = ledger->seek = g_new0(Seek, 1);
	memcpy(seek->parent, parent->block->id, HASH_LEN);
	seek->below = layer_ref(parent->layer);
	seek->seal = *seal;
	seek->flags = flags;
	seek->pooled = pooled;
	seek->gathered = gathered;
	seek->text = g_steal_pointer(&text);
	gathered = (Gathered){ 0 };
	return BSN_OK;
}

/* ---- trying -------------------------------------------------------------- */

/* The lowest nonce of those that meets the target. */
static gboolean
find_nonce(const Suite *suite, GByteArray *text, const Target *target,
	   guint64 first, guint64 tries, guint64 *found)
{
	const bsn_slice all = bsn_slice_of(text->data, text->len);
	guint8 id[HASH_LEN];

	for (guint64 nonce = first; nonce < first + tries; nonce++) {
		block_id_set_nonce(text, (guint32)nonce);
		suite_double(suite, &all, 1, id);
		if (!target_is_met(target, id))
			continue;
		*found = nonce;
		return TRUE;
	}
	return FALSE;
}

static int32_t
put_block(bsn_ledger *ledger, LedgerNode *parent, const bsn_seal *seal,
	  bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	Gathered *gathered = &ledger->seek->gathered;
	const BlockPlan plan =
		draft_plan(parent, seal, ledger->node_key, gathered);
	int32_t status = BSN_OK;
	g_autoptr(Block) block = block_make(&ledger->suite, &plan, tree_sign,
					    ledger, &status, err);
	LedgerNode *node;

	if (block == NULL)
		return status;
	status = ledger_add(ledger->ledger, parent, block,
			    gathered->drafted.layer, gathered->drafted.notes,
			    &node, err);
	if (status != BSN_OK)
		return status;
	gathered->drafted = (Drafted){ 0 };
	tree_seek_clear(ledger);
	*id = bsn_id_of(block->id, HASH_LEN);
	return bytes->write(bytes, block->bytes.data, block->bytes.len);
}

static int32_t
seek_upon(bsn_ledger *ledger, LedgerNode *parent, const bsn_seal *seal,
	  guint32 flags, guint64 tries, bsn_sink *bytes, bsn_id *id,
	  bsn_err *err)
{
	bsn_seal sealed = *seal;
	Target target;
	int32_t status = BSN_OK;

	if (!target_from_bits(seal->target_bits, &target) ||
	    seal->nonce > NONCE_MAX || tries == 0 ||
	    tries - 1 > NONCE_MAX - seal->nonce)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the target is none, or the nonces have no "
				"room in a block");
	if (!is_current(ledger, parent, seal, flags)) {
		tree_seek_clear(ledger);
		status = gather(ledger, parent, seal, flags, err);
	}
	if (status != BSN_OK)
		return status;
	return find_nonce(&ledger->suite, ledger->seek->text, &target,
			  seal->nonce, tries, &sealed.nonce)
		       ? put_block(ledger, parent, &sealed, bytes, id, err)
		       : BSN_EXPIRED;
}

int32_t
tree_seek(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
	  uint32_t flags, uint64_t tries, bsn_sink *bytes, bsn_id *id,
	  bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);
	bsn_ledger *ledger = tree_ledger(proposer);
	LedgerNode *node;
	int32_t status = tree_build_upon(ledger, parent, &node, err);

	if (status == BSN_OK && seal->justify.len > 0)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "what is sought carries no certificate");
	if (status == BSN_OK)
		status = seek_upon(ledger, node, seal, flags, tries, bytes, id,
				   err);
	return status == BSN_BUSY || status == BSN_FULL
		       ? protocol_not_now(ledger, status)
		       : status;
}
