/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/proof.h"

#include <bsn/consensus.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/engine-fisco/block.h"
#include "plugins/engine-fisco/genesis.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

typedef struct {
	Genesis genesis;
	Suite suite;
	const bsn_consensus *consensus;
	const bsn_member *members; /* those that are trusted */
	guint64 n;
	BlockView block;
	bsn_slice certificate;
} Proof;

static void
proof_clear(Proof *proof)
{
	genesis_clear(&proof->genesis);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proof, proof_clear)

/* ---- the chain ---------------------------------------------------------- */

static int32_t
find_protocol(Proof *proof, bsn_err *err)
{
	const char *name = proof->genesis.config.consensus;

	proof->consensus = services.consensuses->find(name);
	if (proof->consensus == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers consensus %s", name);
	if (BSN_HAS(proof->consensus, verify_in))
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_OFFERED,
			"the chain agrees by %s, which keeps no certificates: "
			"its blocks prove nothing to others",
			name);
}

static int32_t
read_chain(Proof *proof, bsn_slice genesis, bsn_err *err)
{
	int32_t status = genesis_read(genesis, &proof->genesis, err);

	if (status == BSN_OK)
		status = suite_find(&proof->suite, proof->genesis.config.sm,
				    err);
	return status == BSN_OK ? find_protocol(proof, err) : status;
}

static void
choose_members(Proof *proof, const bsn_member *members, guint64 n)
{
	proof->members = n > 0 ? members : proof->genesis.members;
	proof->n = n > 0 ? n : proof->genesis.n_members;
}

/* ---- the block by itself ------------------------------------------------ */

/* Digests every item that `next` reads. */
static int32_t
check_root(const Suite *suite, bsn_slice items,
	   bsn_slice (*next)(RlpReader *reader), const guint8 *expected,
	   const char *what, bsn_err *err)
{
	g_autoptr(GByteArray) digests = g_byte_array_new();
	RlpReader reader = rlp_reader(items);
	guint8 digest[HASH_LEN];
	int32_t status = BSN_OK;

	while (status == BSN_OK && rlp_more(&reader)) {
		status = suite_digest1(suite, next(&reader), digest);
		g_byte_array_append(digests, digest, HASH_LEN);
	}
	if (status == BSN_OK)
		status = rlp_finish(&reader, err);
	if (status == BSN_OK)
		status = tree_root(suite, digests->data,
				   digests->len / HASH_LEN, digest);
	if (status == BSN_OK && memcmp(digest, expected, HASH_LEN) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its %s are not those of its header", what);
	return status;
}

static bsn_slice
next_receipt(RlpReader *reader)
{
	return rlp_read_raw(reader, "receipt");
}

static int32_t
check_roots(const Proof *proof, bsn_err *err)
{
	const BlockView *block = &proof->block;
	int32_t status = check_root(&proof->suite, block->txs, block_read_tx,
				    block->header.txs_root, "transactions",
				    err);

	if (status != BSN_OK)
		return status;
	return check_root(&proof->suite, block->receipts, next_receipt,
			  block->header.receipts_root, "receipts", err);
}

/* The list has one entry, [sealer, certificate]. */
static int32_t
read_certificate(Proof *proof, bsn_err *err)
{
	RlpReader reader = rlp_reader(proof->block.sigs);
	guint64 sealer;

	if (proof->block.header.number == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"block 0 stands for the genesis, which nobody "
				"certifies: compare genesis files instead");
	if (!rlp_more(&reader))
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the block has no certificate");
	rlp_enter(&reader, "certificate");
	sealer = rlp_read_u64(&reader, "sealer");
	if (sealer != proof->block.header.sealer)
		rlp_fail(&reader, "sealer", "the header names another");
	proof->certificate =
		rlp_read_bytes(&reader, "certificate", 1, G_MAXUINT32);
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

static int32_t
read_block(Proof *proof, bsn_slice bytes, bsn_err *err)
{
	int32_t status = block_read(&proof->suite, bytes, &proof->block, err);

	if (status == BSN_OK)
		status = check_roots(proof, err);
	return status == BSN_OK ? read_certificate(proof, err) : status;
}

/* ---- who has agreed to it ------------------------------------------------ */

static gboolean
is_trusted(const Proof *proof, bsn_slice public_key)
{
	for (guint64 i = 0; i < proof->n; i++) {
		const bsn_member *member = members_at(proof->members, i);

		if (member->role == BSN_ROLE_CONSENSUS &&
		    bsn_slice_equal(member->public_key, public_key))
			return TRUE;
	}
	return FALSE;
}

/* A header names who agrees on its height. Should that be others than those
 * that are trusted, the members have changed since, which is another thing to
 * say than that somebody lies. */
static int32_t
check_members(const Proof *proof, bsn_err *err)
{
	RlpReader reader = rlp_reader(proof->block.header.sealers);
	guint64 trusted = members_sealers(proof->members, proof->n);
	guint64 named = 0;
	guint64 known = 0;

	for (; rlp_more(&reader); named++)
		if (is_trusted(proof, rlp_read_bytes(&reader, "sealer", 0,
						     PUBLIC_KEY_LEN)))
			known++;
	if (rlp_finish(&reader, err) != BSN_OK)
		return BSN_BAD_REQUEST;
	if (named == known && known == trusted)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE,
			"it says that %" G_GUINT64_FORMAT
			" members agreed on it, %" G_GUINT64_FORMAT
			" of them among the %" G_GUINT64_FORMAT
			" that are trusted: members have changed, or it is "
			"another chain's",
			named, known, trusted);
}

static int32_t
check_certificate(const Proof *proof, bsn_slice genesis, bsn_err *err)
{
	guint8 digest[HASH_LEN];
	bsn_id chain_id;
	int32_t status = suite_digest1(&proof->suite, genesis, digest);

	if (status != BSN_OK)
		return status;
	chain_id = bsn_id_of(digest, HASH_LEN);
	return proof->consensus->verify_in(
		&chain_id, proof->members, proof->n,
		proof->block.header.number, proof->block.hash,
		proof->certificate, err);
}

static int32_t
tell(const Proof *proof, bsn_sink *out)
{
	const Header *header = &proof->block.header;
	guint64 members = members_sealers(proof->members, proof->n);
	g_autofree char *hash = hex_encode(proof->block.hash);
	g_autoptr(json_t) json = json_pack(
		"{s:I, s:s, s:I, s:I, s:s, s:I}", "number",
		(json_int_t)header->number, "hash", hash, "time_ms",
		(json_int_t)header->time_ms, "txs",
		(json_int_t)proof->block.n_txs, "consensus",
		proof->consensus->name, "members", (json_int_t)members);

	if (BSN_HAS(proof->consensus, quorum))
		json_object_set_new(json, "quorum",
				    json_integer((json_int_t)proof->consensus
							 ->quorum(members)));
	return json != NULL ? json_write(json, out) : BSN_E_NOMEM;
}

int32_t
proof_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
	     bsn_slice block, bsn_sink *json, bsn_err *err)
{
	g_auto(Proof) proof = { 0 };
	int32_t status = read_chain(&proof, genesis, err);

	if (status != BSN_OK)
		return status;
	choose_members(&proof, members, n);
	status = read_block(&proof, block, err);
	if (status == BSN_OK)
		status = check_members(&proof, err);
	if (status == BSN_OK)
		status = check_certificate(&proof, genesis, err);
	return status == BSN_OK ? tell(&proof, json) : status;
}
