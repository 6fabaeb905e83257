/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges a block without a chain: it is what its id says, the headers above it
 * follow upon it, and the members have certified the last of them. A protocol
 * of one producer has no certificates: there its signature is all.
 */
#include <string.h>

#include "bsn/proof.pb-c.h"
#include "plugins/engine-xuper/format/block_id.h"
#include "plugins/engine-xuper/format/unknown.h"
#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/query/proof.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

typedef struct {
	Arena arena;
	Suite suite;
	ChainConfig *config;
	Block *genesis, *block;
	Agreement *founders;
	const bsn_member *members;
	guint64 n;
	const bsn_consensus *consensus;
	const Bsn__Proof__BlockProof *msg;
	guint64 height; /* that the certificate is of */
	guint8 id[HASH_LEN];
} Proof;

static void
proof_clear(Proof *proof)
{
	agreement_free(proof->founders);
	block_unref(proof->genesis);
	block_unref(proof->block);
	config_free(proof->config);
	arena_clear(&proof->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proof, proof_clear)

/* ---- whose chain it is ---- */

static int32_t
read_genesis(Proof *proof, bsn_slice genesis, bsn_err *err)
{
	int32_t status = genesis_read(genesis, services.crypto, &proof->suite,
				      &proof->config, &proof->genesis, err);

	if (status == BSN_OK)
		status = founders_read(proof->genesis, &proof->suite,
				       &proof->founders, err);
	return status;
}

/* The chain may have changed its protocol since. Whatever the proof says, it must
 * be one whose certificate the members have signed for this chain. */
static int32_t
find_consensus(Proof *proof, bsn_err *err)
{
	const char *name = proof->msg->protocol;
	g_autofree char *quoted = quote_text(bsn_slice_str(name));

	proof->consensus = services.consensuses->find(name);
	if (proof->consensus != NULL && BSN_HAS(proof->consensus, tree))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the block was agreed on by %s, which no loaded plugin "
			"offers",
			quoted);
}

static void
choose_members(Proof *proof, const bsn_member *members, guint64 n)
{
	const GArray *founders = proof->founders->list;

	proof->members =
		n > 0 ? members
		      : (const bsn_member *)(const void *)founders->data;
	proof->n = n > 0 ? n : founders->len;
}

/* The first member's size is the stride. */
static const bsn_member *
member_at(const Proof *proof, guint64 i)
{
	const guint8 *first = (const guint8 *)proof->members;

	return (const bsn_member *)(const void *)(first +
						  i * proof->members->size);
}

/* ---- the block and the headers above it ---- */

static int32_t
read_block(Proof *proof, bsn_slice bytes, bsn_err *err)
{
	int32_t status = BSN_OK;

	proof->msg = message_unpack(&proof->arena,
				    &bsn__proof__block_proof__descriptor, bytes,
				    &status, err);
	if (proof->msg == NULL)
		return status;
	if (!all_known(&proof->msg->base))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a proof has fields that proofs do not have");
	proof->block =
		block_decode(&proof->suite, message_slice(proof->msg->block),
			     TRUE, NULL, NULL, &status, err);
	if (proof->block == NULL)
		return status;
	if (proof->block->height == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"block 0 is the genesis, which nobody "
				"certifies: compare genesis files instead");
	proof->height = proof->block->height;
	memcpy(proof->id, proof->block->id, HASH_LEN);
	return BSN_OK;
}

static int32_t
follow(Proof *proof, bsn_slice bytes, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Xldgpb__InternalBlock *header =
		message_unpack(&arena, &xldgpb__internal_block__descriptor,
			       bytes, &status, err);

	if (header == NULL)
		return status;
	if (header->n_transactions > 0 || header->n_failed_txs > 0 ||
	    header->height != (gint64)proof->height + 1 ||
	    !bsn_slice_equal(message_slice(header->pre_hash),
			     bsn_slice_of(proof->id, HASH_LEN)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a header does not follow upon block "
				"%" G_GUINT64_FORMAT,
				proof->height);
	block_id(&proof->suite, header, proof->id);
	proof->height++;
	return BSN_OK;
}

static int32_t
follow_all(Proof *proof, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (proof->msg->n_headers > PROOF_HEADERS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a proof has at most %u headers",
				PROOF_HEADERS_MAX);
	for (gsize i = 0; i < proof->msg->n_headers && status == BSN_OK; i++)
		status = follow(proof, message_slice(proof->msg->headers[i]),
				err);
	return status;
}

/* ---- who has agreed to it ---- */

static guint64
count_agreeing(const Proof *proof)
{
	guint64 agreeing = 0;

	for (guint64 i = 0; i < proof->n; i++)
		agreeing += member_at(proof, i)->role == BSN_ROLE_CONSENSUS;
	return agreeing;
}

/* The only producer has signed it. */
static int32_t
check_producer(const Proof *proof, bsn_err *err)
{
	const bsn_slice key =
		bsn_slice_of(proof->block->proposer_key, PUBLIC_KEY_LEN);

	for (guint64 i = 0; i < proof->n; i++) {
		const bsn_member *member = member_at(proof, i);

		if (member->role == BSN_ROLE_CONSENSUS &&
		    bsn_slice_equal(member->public_key, key))
			return BSN_OK;
	}
	return bsn_fail(err, BSN_BAD_SIGNATURE,
			"who has signed the block is none of the members");
}

static int32_t
check_certificate(const Proof *proof, bsn_err *err)
{
	const bsn_id chain_id = bsn_id_of(proof->genesis->id, HASH_LEN);
	const bsn_slice certificate = message_slice(proof->msg->certificate);

	/* Also a single one may leave its own branch, where finality has a
	 * depth. */
	if (count_agreeing(proof) == 1 && certificate.len == 0 &&
	    !BSN_HAS(proof->consensus, depth))
		return check_producer(proof, err);
	if (!BSN_HAS(proof->consensus, verify_in))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"the chain agrees by %s, which keeps no "
				"certificates: its blocks prove nothing to "
				"others",
				proof->consensus->name);
	if (certificate.len == 0)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the block has no certificate");
	return proof->consensus->verify_in(
		&chain_id, proof->members, proof->n, proof->height,
		bsn_slice_of(proof->id, HASH_LEN), certificate, err);
}

static int32_t
tell(const Proof *proof, bsn_sink *out)
{
	const Block *block = proof->block;
	const guint64 members = count_agreeing(proof);
	g_autoptr(json_t) json = json_pack(
		"{s:o, s:o, s:o, s:o, s:s, s:o}", "number",
		number_json(block->height), "hash",
		bytes_json(bsn_slice_of(block->id, HASH_LEN)), "time_ms",
		number_json(block->time_ms), "txs", number_json(block->n_txs),
		"consensus", proof->consensus->name, "members",
		number_json(members));

	if (BSN_HAS(proof->consensus, quorum) && members > 0)
		json_object_set_new(
			json, "quorum",
			number_json(proof->consensus->quorum(members)));
	return json != NULL ? json_write(json, out) : BSN_E_NOMEM;
}

int32_t
query_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
	     bsn_slice block, bsn_sink *json, bsn_err *err)
{
	g_auto(Proof) proof = { .arena = ARENA_INIT };
	int32_t status = read_genesis(&proof, genesis, err);

	if (status != BSN_OK)
		return status;
	choose_members(&proof, members, n);
	status = read_block(&proof, block, err);
	if (status == BSN_OK)
		status = find_consensus(&proof, err);
	if (status == BSN_OK)
		status = follow_all(&proof, err);
	if (status == BSN_OK)
		status = check_certificate(&proof, err);
	return status == BSN_OK ? tell(&proof, json) : status;
}
