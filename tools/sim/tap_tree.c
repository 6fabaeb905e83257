/* SPDX-License-Identifier: Apache-2.0
 *
 * The tap of engines and protocols that grow a tree (bsn/ext/tree.h). A block
 * is decided when it, or one above it, is made final: by the protocol itself
 * (finalize) or by the engine, with a certificate that the protocol took for
 * good (prove).
 */
#include "tools/sim/tap_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/checker.h"

static const bsn_tree *
real_tree(const SimTap *tap)
{
	return tap->before.tree;
}

static gboolean
is_same(const bsn_id *a, const bsn_id *b)
{
	return bsn_slice_equal(bsn_id_slice(a), bsn_id_slice(b));
}

/* Where a block stands; what it holds is gone with the next call. */
typedef struct {
	guint64 height;
	bsn_id id, parent;
} Place;

static gboolean
find_place(const SimTap *tap, const bsn_id *id, Place *place)
{
	bsn_tree_block block = { .size = sizeof(block) };

	if (real_tree(tap)->block(tap->proposer, id, &block) != BSN_OK)
		return FALSE;
	*place = (Place){ block.height, block.id, block.parent };
	return TRUE;
}

static gboolean
find_root(const SimTap *tap, Place *root)
{
	bsn_tree_block block = { .size = sizeof(block) };

	if (real_tree(tap)->root(tap->proposer, &block) != BSN_OK)
		return FALSE;
	*root = (Place){ block.height, block.id, block.parent };
	return TRUE;
}

/* The places from a block down to the root, without the root; NULL when there
 * is no such way. */
static GArray *
way_to_root(const SimTap *tap, const bsn_id *id)
{
	g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(Place));
	Place root, at;

	if (!find_root(tap, &root) || !find_place(tap, id, &at))
		return NULL;
	while (at.height > root.height) {
		const guint64 height = at.height;
		const bsn_id parent = at.parent;

		g_array_append_val(way, at);
		if (!find_place(tap, &parent, &at) || at.height + 1 != height)
			return NULL;
	}
	return is_same(&at.id, &root.id) ? g_steal_pointer(&way) : NULL;
}

/* ---- members and certificates -------------------------------------------- */

/* Copies: a member's slices are the engine's. */
typedef struct {
	bsn_members_sink sink;
	GArray *members;   /* bsn_member */
	GPtrArray *memory; /* GBytes and texts that they point to */
} Members;

static int32_t
take_member(bsn_members_sink *sink, const bsn_member *member)
{
	Members *members = (Members *)sink;
	GBytes *key = g_bytes_new(member->public_key.data,
				  member->public_key.len);
	const bsn_member copy = {
		.size = sizeof(copy),
		.role = member->role,
		.algorithm = g_intern_string(member->algorithm),
		.public_key = bsn_slice_of(g_bytes_get_data(key, NULL),
					   g_bytes_get_size(key)),
	};

	g_ptr_array_add(members->memory, key);
	g_array_append_val(members->members, copy);
	return BSN_OK;
}

static int32_t
verify(const SimTap *tap, const Members *members, const Place *place,
       const bsn_id *id, bsn_slice certificate, bsn_err *err)
{
	return tap->consensus->verify(
		(const bsn_member *)(const void *)members->members->data,
		members->members->len, place->height, bsn_id_slice(id),
		certificate, err);
}

/* It must prove the block to who has the members alone, and no other block. */
static void
check_proof(const SimTap *tap, const Place *place, bsn_slice certificate)
{
	g_autoptr(GArray) array =
		g_array_new(FALSE, FALSE, sizeof(bsn_member));
	g_autoptr(GPtrArray) memory = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	Members members = { { take_member }, array, memory };
	SimWorld *world = tap->chain->world;
	bsn_id other = place->id;
	bsn_err err = BSN_ERR_INIT;

	if (!tap->chain->node->honest || certificate.len == 0 ||
	    !BSN_HAS(tap->consensus, verify) ||
	    real_tree(tap)->members(tap->proposer, &place->parent,
				    &members.sink) != BSN_OK)
		return;
	other.bytes[0] ^= 1;
	if (verify(tap, &members, place, &place->id, certificate, &err) !=
	    BSN_OK)
		sim_violate(world,
			    "agreement: the certificate that %s has for "
			    "height %" G_GUINT64_FORMAT " does not verify: %s",
			    tap->chain->name, place->height, err.reason);
	else if (verify(tap, &members, place, &other, certificate, &err) ==
		 BSN_OK)
		sim_violate(world,
			    "agreement: the certificate that %s has for "
			    "height %" G_GUINT64_FORMAT " proves any block",
			    tap->chain->name, place->height);
}

/* ---- what becomes final -------------------------------------------------- */

/* The youngest of `way` becomes final, and with it all the others. */
static void
decided(SimTap *tap, const GArray *way, bsn_slice certificate)
{
	bsn_chain *chain = tap->chain;
	gboolean first = FALSE;

	for (guint i = way->len; i > 0; i--) {
		const Place *place = &g_array_index(way, Place, i - 1);

		sim_trace(chain->world->trace, chain->name,
			  "final  %" G_GUINT64_FORMAT " #%08x", place->height,
			  (guint32)sim_fnv(SIM_FNV_START, place->id.bytes,
					   place->id.len));
		first |= sim_checker_finalized(chain, place->height,
					       &place->id);
	}
	check_proof(tap, &g_array_index(way, Place, 0), certificate);
	if (first)
		sim_faults_decided(chain);
}

static void
judge_final(SimTap *tap, const bsn_id *id, bsn_slice certificate)
{
	g_autoptr(GArray) way = way_to_root(tap, id);
	const gboolean below = way != NULL && way->len > 0;

	if (tap->chain->state == SIM_DEAD)
		return;
	if (below)
		decided(tap, way, certificate);
	else if (tap->chain->node->honest)
		sim_violate(tap->chain->world,
			    "agreement: %s makes a block final that is not "
			    "below its newest final one",
			    tap->chain->name);
}

static int32_t
finalize(bsn_proposer *proposer, const bsn_id *id, bsn_slice certificate,
	 bsn_err *err)
{
	SimTap *tap = sim_tap_of(proposer);

	judge_final(tap, id, certificate);
	sim_tap_keep_certificate(tap, certificate);
	return real_tree(tap)->finalize(proposer, id, certificate, err);
}

/* ---- blocks --------------------------------------------------------------- */

/* What the ABI asks of a seal. */
static void
check_seal(const SimTap *tap, const bsn_id *parent, const bsn_seal *seal)
{
	bsn_tree_block block = { .size = sizeof(block) };

	if (!tap->chain->node->honest ||
	    real_tree(tap)->block(tap->proposer, parent, &block) != BSN_OK ||
	    (seal->round > block.seal.round &&
	     seal->time_ms >= block.seal.time_ms))
		return;
	sim_violate(tap->chain->world,
		    "agreement: %s seals a block of round %" G_GUINT64_FORMAT
		    " and time %" G_GUINT64_FORMAT " upon one of %"
		    G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
		    tap->chain->name, (guint64)seal->round,
		    (guint64)seal->time_ms, (guint64)block.seal.round,
		    (guint64)block.seal.time_ms);
}

/* The protocol is given another block than the one that it has: it is not what
 * it was signed as. */
static int32_t
hand_over(const SimTap *tap, GByteArray *bytes, bsn_sink *to)
{
	SimWorld *world = tap->chain->world;

	if ((tap->chain->node->lies & SIM_WRONG_STATE) != 0 && bytes->len > 0)
		bytes->data[sim_random_below(&world->lie, bytes->len)] ^= 1;
	return to->write(to, bytes->data, bytes->len);
}

/* A block that the engine has made, of which the checker hears. */
static int32_t
made(SimTap *tap, GByteArray *copy, const bsn_id *id, bsn_sink *bytes)
{
	Place place;

	if (find_place(tap, id, &place))
		sim_checker_executed(tap->chain, place.height,
				     bsn_slice_of(copy->data, copy->len), id);
	return hand_over(tap, copy, bytes);
}

static int32_t
extend(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
       uint32_t flags, bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	SimTap *tap = sim_tap_of(proposer);
	g_autoptr(GByteArray) copy = g_byte_array_new();
	SimCopySink sink = sim_copy_sink(NULL, copy);
	int32_t status;

	check_seal(tap, parent, seal);
	status = real_tree(tap)->extend(proposer, parent, seal, flags,
					&sink.sink, id, err);
	return status == BSN_OK ? made(tap, copy, id, bytes) : status;
}

static int32_t
seek(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
     uint32_t flags, uint64_t tries, bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	SimTap *tap = sim_tap_of(proposer);
	g_autoptr(GByteArray) copy = g_byte_array_new();
	SimCopySink sink = sim_copy_sink(NULL, copy);
	int32_t status;

	check_seal(tap, parent, seal);
	status = real_tree(tap)->seek(proposer, parent, seal, flags, tries,
				      &sink.sink, id, err);
	return status == BSN_OK ? made(tap, copy, id, bytes) : status;
}

static int32_t
admit(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *block,
      bsn_err *err)
{
	SimTap *tap = sim_tap_of(proposer);
	int32_t status = real_tree(tap)->admit(proposer, bytes, block, err);

	if (status == BSN_OK)
		sim_checker_executed(tap->chain, block->height, bytes,
				     &block->id);
	return status;
}

/* Whether a block is above another one. */
static gboolean
is_above(const SimTap *tap, const bsn_id *id, const Place *below)
{
	Place at;

	if (!find_place(tap, id, &at))
		return FALSE;
	while (at.height > below->height) {
		const bsn_id parent = at.parent;

		if (!find_place(tap, &parent, &at))
			return FALSE;
	}
	return is_same(&at.id, &below->id);
}

/* The head goes to a block that is not above it. */
static void
count_undone(SimTap *tap, const bsn_id *id)
{
	bsn_tree_block head = { .size = sizeof(head) };
	Place left;

	if (real_tree(tap)->head(tap->proposer, &head) != BSN_OK)
		return;
	left = (Place){ head.height, head.id, head.parent };
	if (!is_above(tap, id, &left))
		tap->chain->world->reorganisations++;
}

static int32_t
prefer(bsn_proposer *proposer, const bsn_id *id)
{
	SimTap *tap = sim_tap_of(proposer);
	bsn_tree_block head = { .size = sizeof(head) };
	g_autoptr(GArray) way = NULL;
	int32_t status;

	count_undone(tap, id);
	status = real_tree(tap)->prefer(proposer, id);
	if (status != BSN_OK || !tap->chain->node->honest)
		return status;
	if (real_tree(tap)->head(proposer, &head) == BSN_OK) {
		const bsn_id found = head.id;

		way = is_same(&found, id) ? way_to_root(tap, id) : NULL;
	}
	if (way == NULL)
		sim_violate(tap->chain->world,
			    "agreement: the head of %s is not the block that "
			    "its protocol prefers, or not below the newest "
			    "final one",
			    tap->chain->name);
	return status;
}

/* A protocol refuses what is not; the engine has to say so before. */
static gboolean
is_whole(const SimTap *tap, const bsn_tree *tree)
{
#define REQUIRE(member)                                                        \
	if (!BSN_HAS(tree, member)) {                                          \
		sim_violate(tap->chain->world,                                 \
			    "conduct: the bsn_tree of %s has no " #member      \
			    ", which is required",                             \
			    tap->chain->name);                                 \
		return FALSE;                                                  \
	}
	BSN_TREE_REQUIRED(REQUIRE)
#undef REQUIRE
	return TRUE;
}

void
sim_tap_tree(SimTap *tap)
{
	const bsn_tree *real;

	if (!BSN_HAS(&tap->before, tree) || !BSN_HAS(tap->consensus, tree))
		return;
	real = tap->before.tree;
	if (!is_whole(tap, real))
		return;
	memcpy(&tap->tree, real, MIN(real->size, sizeof(tap->tree)));
	tap->tree.extend = extend;
	if (BSN_HAS(real, seek))
		tap->tree.seek = seek;
	tap->tree.admit = admit;
	tap->tree.prefer = prefer;
	tap->tree.finalize = finalize;
	tap->proposer->tree = &tap->tree;
}

/* ---- the protocol's side -------------------------------------------------- */

static const bsn_tree_consensus *
real_consensus(const bsn_agreement *agreement)
{
	return sim_tap_of_agreement(agreement)->consensus->tree;
}

static void
arrived(bsn_agreement *agreement, const bsn_id *id)
{
	real_consensus(agreement)->arrived(agreement, id);
}

static int32_t
prove(bsn_agreement *agreement, const bsn_id *id, bsn_slice certificate,
      bsn_err *err)
{
	SimTap *tap = sim_tap_of_agreement(agreement);
	int32_t status =
		tap->consensus->tree->prove(agreement, id, certificate, err);

	if (status == BSN_OK)
		judge_final(tap, id, certificate);
	return status;
}

static void
finalized(bsn_agreement *agreement, const bsn_id *id)
{
	real_consensus(agreement)->finalized(agreement, id);
}

static int32_t
judge(bsn_agreement *agreement, const bsn_tree_block *block, bsn_err *err)
{
	return real_consensus(agreement)->judge(agreement, block, err);
}

const bsn_tree_consensus *
sim_tap_tree_consensus(const bsn_consensus *real)
{
	static const bsn_tree_consensus tapped = {
		.size = sizeof(tapped),
		.arrived = arrived,
		.prove = prove,
		.finalized = finalized,
		.judge = judge,
	};

	return BSN_HAS(real, tree) ? &tapped : NULL;
}

/* ---- lies ----------------------------------------------------------------- */

void
sim_tap_forge_final(SimTap *tap)
{
	const bsn_tree *real = real_tree(tap);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	SimCopySink sink = sim_copy_sink(NULL, bytes);
	bsn_tree_block root = { .size = sizeof(root) };
	bsn_seal seal = { .size = sizeof(seal) };
	bsn_err err = BSN_ERR_INIT;
	bsn_id id, parent;

	if (real->root(tap->proposer, &root) != BSN_OK)
		return;
	parent = root.id;
	seal.time_ms = root.seal.time_ms + 1;
	seal.term = root.seal.term;
	seal.round = root.seal.round + 1;
	if (real->extend(tap->proposer, &parent, &seal, BSN_EXTEND_EMPTY,
			 &sink.sink, &id, &err) != BSN_OK ||
	    real->prefer(tap->proposer, &id) != BSN_OK)
		return;
	sim_trace(tap->chain->world->trace, tap->chain->name,
		  "lie    gives itself a final block");
	(void)real->finalize(
		tap->proposer, &id,
		bsn_slice_of(tap->certificate->data, tap->certificate->len),
		&err);
}
