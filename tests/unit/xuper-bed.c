/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-bed.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/services.h"
#include "plugins/engine-xuper/verify/generated.h"
#include "plugins/kit/sink.h"

/* ---- counting signatures ---- */

static const bsn_signature *real;
static bsn_signature counting;
static gint verified;

static int32_t
counted_verify(const bsn_verify_item *item)
{
	g_atomic_int_inc(&verified);
	return real->verify(item);
}

static void
count_signatures(Suite *suite)
{
	real = suite->signature;
	counting = *real;
	counting.verify = counted_verify;
	counting.verify_many = NULL;
	suite->signature = &counting;
}

guint
xuper_bed_verified(void)
{
	return (guint)g_atomic_int_get(&verified);
}

/* ---- a chain ---- */

static void
pool_lost(PoolOwner *owner, Tx *tx, gint why, gint code, const bsn_err *err)
{
	XuperBed *bed = (XuperBed *)owner;
	BedGone gone = { .why = why, .code = code };

	memcpy(gone.txid, tx->id, HASH_LEN);
	if (err != NULL)
		g_strlcpy(gone.reason, err->reason, sizeof(gone.reason));
	g_array_append_val(bed->gone, gone);
}

static char *
config_text(const XuperBed *bed, const char *more)
{
	g_autoptr(GString) shares = g_string_new(NULL);

	for (guint i = 0; i < BED_PEOPLE; i++)
		g_string_append_printf(shares,
				       "%s{\"address\":\"%s\",\"quota\":\"%u\"}",
				       i > 0 ? "," : "",
				       bed->people[i].address, BED_QUOTA);
	return g_strdup_printf("{\"crypto\":\"%s\",\"predistribution\":[%s]%s}",
			       bed->suite.sm ? "gm" : "default", shares->str,
			       more);
}

static Block *
make_genesis(XuperBed *bed, const char *name, const char *more)
{
	g_autofree char *json = config_text(bed, more);
	const bsn_member member = {
		.size = sizeof(member),
		.role = BSN_ROLE_CONSENSUS,
		.algorithm = bed->suite.algorithm,
		.public_key = bsn_slice_of(bed->people[0].public_key,
					   PUBLIC_KEY_LEN),
		.name = TEXT("node"),
		.address = TEXT(""),
	};
	bsn_genesis genesis = { .size = sizeof(genesis) };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = config_parse(TEXT(name), TEXT(json), &bed->config,
				      &err);
	Block *block;

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
	genesis.members = &member;
	genesis.member_count = 1;
	genesis.time_ms = FAKE_START_MS;
	block = genesis_make(&genesis, bed->config, &bed->suite, &status, &err);
	g_assert_cmpstr(err.reason, ==, "");
	g_assert_nonnull(block);
	return block;
}

static void
open_chain(XuperBed *bed, const char *name, const char *more)
{
	g_autoptr(Block) genesis = make_genesis(bed, name, more);
	bsn_err err = BSN_ERR_INIT;

	bed->chain = fake_chain_new(name);
	g_assert_cmpint(fake_chain_open(bed->chain, NULL, TEXT(""), NULL), ==,
			BSN_OK);
	g_assert_cmpint(ledger_open(&bed->ledger, bed->chain, &bed->suite,
				    genesis, &err),
			==, BSN_OK);
	memcpy(bed->genesis, genesis->txs[0]->id, HASH_LEN);
	bed->verifier = (Verifier){ bed->chain, &bed->suite, bed->config,
				    bed->ledger };
	bed->owner.left = pool_lost;
	bed->pool = pool_new(&bed->verifier, &bed->owner);
}

static XuperBed *
bed_new(gboolean gm)
{
	XuperBed *bed = g_new0(XuperBed, 1);

	bed->suite = xuper_suite(gm);
	for (guint i = 0; i < BED_PEOPLE; i++)
		bed->people[i] = xuper_person(&bed->suite, (guint8)(i + 1));
	count_signatures(&bed->suite);
	bed->gone = g_array_new(FALSE, FALSE, sizeof(BedGone));
	return bed;
}

XuperBed *
xuper_bed_new(gboolean gm, const char *more)
{
	XuperBed *bed;

	fake_host_reset(1);
	bed = bed_new(gm);
	g_assert_cmpint(services_find(fake_host(), "test", SERVICES_OF_ENGINES,
				      NULL), ==, BSN_OK);
	open_chain(bed, "one", more);
	return bed;
}

XuperBed *
xuper_bed_beside(const XuperBed *bed, const char *name)
{
	XuperBed *other = bed_new(bed->suite.sm);

	open_chain(other, name, "");
	return other;
}

void
xuper_bed_free(XuperBed *bed)
{
	if (bed == NULL)
		return;
	pool_free(bed->pool);
	ledger_close(bed->ledger);
	fake_chain_close(bed->chain);
	fake_chain_free(bed->chain);
	config_free(bed->config);
	g_array_unref(bed->gone);
	g_free(bed);
}

/* ---- pool ---- */

gint
xuper_bed_submit(XuperBed *bed, Tx *tx, bsn_err *err)
{
	gint code;

	verify_static(&bed->verifier, &tx, 1, &code, err);
	if (code == XUPER_OK)
		pool_add(bed->pool, &tx, 1, &code, err);
	return code;
}

const BedGone *
xuper_bed_gone(const XuperBed *bed, const Tx *tx)
{
	for (guint i = bed->gone->len; i > 0; i--) {
		const BedGone *gone = &g_array_index(bed->gone, BedGone, i - 1);

		if (memcmp(gone->txid, tx->id, HASH_LEN) == 0)
			return gone;
	}
	return NULL;
}

/* ---- blocks ---- */

bsn_seal
xuper_bed_seal(const LedgerNode *parent)
{
	const Block *block = parent->block;

	return (bsn_seal){ .size = sizeof(bsn_seal),
			   .time_ms = block->time_ms + 1000,
			   .round = (guint64)block->msg->curblocknum + 1 };
}

static GPtrArray *
with_generated(XuperBed *bed, LedgerNode *parent, const bsn_seal *seal,
	       Tx *const *txs, guint n)
{
	const Beginning of = {
		.verifier = &bed->verifier,
		.parent = parent,
		.height = parent->block->height + 1,
		.time_ms = seal->time_ms,
		.term = seal->term,
		.proposer_key = bsn_slice_of(bed->people[0].public_key,
					     PUBLIC_KEY_LEN),
	};
	GPtrArray *all = g_ptr_array_new_with_free_func(
		(GDestroyNotify)tx_unref);
	Tx *made;

	g_assert_cmpint(generated_autogen(&of, parent->layer, &made, NULL), ==,
			BSN_OK);
	if (made != NULL)
		g_ptr_array_add(all, made);
	made = generated_coinbase(&of);
	if (made != NULL)
		g_ptr_array_add(all, made);
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(all, tx_ref(txs[i]));
	return all;
}

Block *
xuper_bed_sealed(XuperBed *bed, LedgerNode *parent, const bsn_seal *seal,
		 Tx *const *txs, guint n)
{
	const XuperSigner signer = { &bed->suite, &bed->people[0] };
	const BlockPlan plan = {
		.parent = parent->block->id,
		.height = parent->block->height + 1,
		.proposer_key = bsn_slice_of(bed->people[0].public_key,
					     PUBLIC_KEY_LEN),
		.seal = *seal,
		.txs = txs,
		.n_txs = n,
	};
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Block *block = block_make(&bed->suite, &plan, xuper_sign,
				  (void *)&signer, &status, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_nonnull(block);
	return block;
}

Block *
xuper_bed_block(XuperBed *bed, LedgerNode *parent, Tx *const *txs, guint n)
{
	const bsn_seal seal = xuper_bed_seal(parent);
	g_autoptr(GPtrArray) all = with_generated(bed, parent, &seal, txs, n);

	return xuper_bed_sealed(bed, parent, &seal, (Tx *const *)all->pdata,
				all->len);
}

Block *
xuper_bed_make(XuperBed *bed, LedgerNode *parent, Drafted *drafted)
{
	const XuperSigner signer = { &bed->suite, &bed->people[0] };
	const bsn_seal seal = xuper_bed_seal(parent);
	PoolWalk walk = pool_walk(bed->pool);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Block *block = draft_make(&bed->verifier, parent, &seal, FALSE,
				  bed->people[0].public_key, xuper_sign,
				  (void *)&signer, pool_walk_next, &walk,
				  drafted, &status, &err);

	g_assert_true(block != NULL || status == BSN_NOT_FOUND);
	return block;
}

void
xuper_bed_drop(const Block *block, Drafted *drafted)
{
	for (guint i = 0; i < block->n_txs; i++)
		g_clear_pointer(&drafted->notes[i], g_bytes_unref);
	g_free(drafted->notes);
	layer_unref(drafted->layer);
}

gint
xuper_bed_judge(XuperBed *bed, LedgerNode *parent, const Block *block,
		bsn_err *err)
{
	g_autoptr(Block) came = block_decode(&bed->suite, block->bytes, TRUE,
					     NULL, NULL, NULL, err);
	Drafted drafted;
	gint code;

	g_assert_nonnull(came);
	code = draft_judge(&bed->verifier, parent, came, &drafted, err);
	if (code == XUPER_OK)
		xuper_bed_drop(came, &drafted);
	return code;
}

LedgerNode *
xuper_bed_put(XuperBed *bed, LedgerNode *parent, Block *block,
	      const Drafted *drafted)
{
	bsn_err err = BSN_ERR_INIT;
	LedgerNode *node;

	g_assert_cmpint(ledger_add(bed->ledger, parent, block, drafted->layer,
				   drafted->notes, &node, &err),
			==, BSN_OK);
	fake_host_settle();
	return node;
}

LedgerNode *
xuper_bed_admit(XuperBed *bed, LedgerNode *parent, Block *block)
{
	bsn_err err = BSN_ERR_INIT;
	Drafted drafted;
	gint code = draft_judge(&bed->verifier, parent, block, &drafted, &err);

	if (code != XUPER_OK)
		g_error("a block is refused: %d %s", code, err.reason);
	return xuper_bed_put(bed, parent, block, &drafted);
}

static void
left(void *owner, LedgerNode *node)
{
	pool_left(owner, node);
}

static void
entered(void *owner, LedgerNode *node)
{
	pool_entered(owner, node);
}

void
xuper_bed_prefer(XuperBed *bed, LedgerNode *node)
{
	const LedgerMove move = { left, entered, bed->pool };

	ledger_prefer(bed->ledger, node, &move);
	pool_settle(bed->pool);
}

LedgerNode *
xuper_bed_advance(XuperBed *bed)
{
	LedgerNode *head = ledger_head(bed->ledger);
	Drafted drafted;
	g_autoptr(Block) block = xuper_bed_make(bed, head, &drafted);
	LedgerNode *node;

	g_assert_nonnull(block);
	node = xuper_bed_put(bed, head, block, &drafted);
	xuper_bed_prefer(bed, node);
	return node;
}

void
xuper_bed_refused(XuperBed *bed, Tx *tx, gint code)
{
	LedgerNode *head = ledger_head(bed->ledger);
	g_autoptr(Block) block = xuper_bed_block(bed, head, &tx, 1);
	bsn_err err = BSN_ERR_INIT;
	const guint waiting = pool_count(bed->pool);

	g_assert_cmpint(xuper_bed_submit(bed, tx, &err), ==, code);
	g_assert_cmpint(err.native, ==, code);
	g_assert_cmpstr(err.reason, !=, "");
	g_assert_cmpuint(pool_count(bed->pool), ==, waiting);
	err = (bsn_err)BSN_ERR_INIT;
	g_assert_cmpint(xuper_bed_judge(bed, head, block, &err), ==, code);
	g_assert_cmpint(err.native, ==, code);
	g_assert_cmpstr(err.reason, !=, "");
}

/* ---- state ---- */

typedef struct {
	bsn_scan_sink sink;
	GChecksum *sum;
} Digest;

static int32_t
add_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	GChecksum *sum = ((Digest *)sink)->sum;
	const bsn_slice parts[] = { key, value };

	for (guint i = 0; i < 2; i++) {
		g_checksum_update(sum, (const guint8 *)&parts[i].len,
				  sizeof(parts[i].len));
		if (parts[i].len > 0)
			g_checksum_update(sum, parts[i].data,
					  (gssize)parts[i].len);
	}
	return BSN_OK;
}

char *
xuper_bed_digest(Layer *layer)
{
	static const char kinds[] = "BFUXZ";
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	Digest digest = { { add_entry }, sum };

	for (guint i = 0; kinds[i] != '\0'; i++) {
		const char from = kinds[i], to = (char)(kinds[i] + 1);

		g_assert_cmpint(layer_scan(layer, bsn_slice_of(&from, 1),
					   bsn_slice_of(&to, 1), 0,
					   &digest.sink, NULL),
				==, BSN_OK);
	}
	return g_strdup(g_checksum_get_string(sum));
}

guint64
xuper_bed_balance(Layer *layer, const char *owner)
{
	g_autofree char *text = NULL;
	Balance balance;

	g_assert_cmpint(balance_get(layer, TEXT(owner), 1, &balance, NULL), ==,
			BSN_OK);
	text = amount_to_text(balance.total);
	return g_ascii_strtoull(text, NULL, 10);
}
