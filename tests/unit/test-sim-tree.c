/* SPDX-License-Identifier: Apache-2.0
 *
 * What the simulator sees of protocols that grow a tree: an engine's tree and a
 * protocol of the test's own, on nodes of a world that does not run.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/plugins.h"
#include "tools/sim/tap.h"
#include "tools/sim/workload.h"
#include "tools/sim/world.h"

#define NODES 2u

/* The tree of one node: block `name` is called by one letter, and its height,
 * round and time are as deep as it is below the genesis, "g". */
typedef struct {
	bsn_proposer proposer;
	bsn_agreement *agreement;
	char parents[256]; /* of a letter; 0: not there */
	char root, head;
	gboolean stubborn; /* prefer does nothing */
} Tree;

static Tree trees[NODES];
static gboolean verifies, verifies_all;

static Tree *
tree_of(bsn_proposer *proposer)
{
	return (Tree *)(void *)proposer;
}

static bsn_id
id_of(char letter)
{
	bsn_id id = { .len = 32 };

	id.bytes[31] = (guint8)letter;
	return id;
}

static guint64
depth(const Tree *tree, char letter)
{
	guint64 n = 0;

	for (; letter != 'g'; letter = tree->parents[(guint8)letter])
		n++;
	return n;
}

static int32_t
show(const Tree *tree, char letter, bsn_tree_block *block)
{
	if (letter != 'g' && tree->parents[(guint8)letter] == 0)
		return BSN_NOT_FOUND;
	*block = (bsn_tree_block){
		.size = sizeof(*block),
		.height = depth(tree, letter),
		.id = id_of(letter),
		.parent = id_of(tree->parents[(guint8)letter]),
		.seal = { .size = sizeof(bsn_seal),
			  .time_ms = depth(tree, letter),
			  .round = depth(tree, letter) },
	};
	return BSN_OK;
}

static int32_t
the_root(bsn_proposer *proposer, bsn_tree_block *block)
{
	return show(tree_of(proposer), tree_of(proposer)->root, block);
}

static int32_t
the_head(bsn_proposer *proposer, bsn_tree_block *block)
{
	return show(tree_of(proposer), tree_of(proposer)->head, block);
}

static int32_t
the_block(bsn_proposer *proposer, const bsn_id *id, bsn_tree_block *block)
{
	return show(tree_of(proposer), (char)id->bytes[31], block);
}

static int32_t
walk(bsn_proposer *proposer, bsn_tree_sink *sink)
{
	return BSN_OK;
}

/* A block is two letters, its parent's and its own. */
static int32_t
take(Tree *tree, bsn_slice bytes, bsn_tree_block *block)
{
	tree->parents[bytes.data[1]] = (char)bytes.data[0];
	return show(tree, (char)bytes.data[1], block);
}

static int32_t
the_read(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *block,
	 bsn_err *err)
{
	return BSN_OK;
}

/* The letter is the one that is so many rounds after its parent's. */
static int32_t
extend(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
       uint32_t flags, bsn_sink *out, bsn_id *id, bsn_err *err)
{
	const guint8 bytes[] = { parent->bytes[31],
				 (guint8)(parent->bytes[31] + 1 + seal->round) };
	bsn_tree_block block;

	(void)take(tree_of(proposer), bsn_slice_of(bytes, 2), &block);
	*id = block.id;
	return out->write(out, bytes, 2);
}

static int32_t
admit(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *block,
      bsn_err *err)
{
	int32_t status = take(tree_of(proposer), bytes, block);

	if (bytes.len > 2) /* one that this node reads otherwise */
		block->id.bytes[0] = proposer == &trees[1].proposer;
	return status;
}

static int32_t
prefer(bsn_proposer *proposer, const bsn_id *id)
{
	if (!tree_of(proposer)->stubborn)
		tree_of(proposer)->head = (char)id->bytes[31];
	return BSN_OK;
}

static int32_t
finalize(bsn_proposer *proposer, const bsn_id *id, bsn_slice certificate,
	 bsn_err *err)
{
	tree_of(proposer)->root = (char)id->bytes[31];
	return BSN_OK;
}

static int32_t
members(bsn_proposer *proposer, const bsn_id *block, bsn_members_sink *sink)
{
	const bsn_member member = { .size = sizeof(member),
				    .role = BSN_ROLE_CONSENSUS,
				    .algorithm = "ed25519",
				    .public_key = bsn_id_slice(block) };

	return sink->member(sink, &member);
}

static void
fetch(bsn_proposer *proposer, const bsn_id *id, bsn_slice from_public_key)
{
}

static int32_t
waiting(bsn_proposer *proposer)
{
	return BSN_NOT_FOUND;
}

static const bsn_tree the_tree = {
	.size = sizeof(the_tree),
	.root = the_root,
	.head = the_head,
	.block = the_block,
	.walk = walk,
	.read = the_read,
	.extend = extend,
	.admit = admit,
	.prefer = prefer,
	.finalize = finalize,
	.members = members,
	.fetch = fetch,
	.waiting = waiting,
};

/* ---- the protocol -------------------------------------------------------- */

struct bsn_agreement {
	bsn_proposer *proposer;
};

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *of, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	*agreement = g_new0(bsn_agreement, 1);
	(*agreement)->proposer = proposer;
	return BSN_OK;
}

static void
destroy(bsn_agreement *agreement)
{
	g_free(agreement);
}

/* It was given the members as they are after the parent. */
static int32_t
verify(const bsn_member *of, uint64_t n, uint64_t height, bsn_slice digest,
       bsn_slice certificate, bsn_err *err)
{
	g_assert_cmpuint(n, ==, 1);
	g_assert_cmpuint(of[0].public_key.data[31], ==,
			 certificate.data[0]);
	if (verifies_all || (verifies && digest.data[0] == 0))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE, "no");
}

static int32_t
prove(bsn_agreement *agreement, const bsn_id *id, bsn_slice certificate,
      bsn_err *err)
{
	return certificate.len > 0
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST, "no certificate");
}

static const bsn_tree_consensus the_consensus_tree = {
	.size = sizeof(the_consensus_tree),
	.prove = prove,
};

static const bsn_consensus the_consensus = {
	.size = sizeof(the_consensus),
	.name = "grove",
	.create = create,
	.destroy = destroy,
	.verify = verify,
	.tree = &the_consensus_tree,
};

/* ---- the world ------------------------------------------------------------ */

typedef struct {
	SimOptions options;
	SimWorkload *workload;
	SimWorld *world;
	const bsn_consensus *tapped;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer none)
{
	static const bsn_consensus *tapped;
	g_autofree char *plugins =
		g_test_build_filename(G_TEST_BUILT, "modules", NULL);
	g_autofree char *engine = g_test_build_filename(
		G_TEST_BUILT, "tests/sim/modules/engine-cells.so", NULL);
	g_autofree char *synod = g_test_build_filename(
		G_TEST_BUILT, "tests/sim/modules/consensus-synod.so", NULL);
	g_autofree char *file = g_test_build_filename(
		G_TEST_DIST, "tests/sim/cells.json", NULL);
	char *message = NULL;
	char *argv[] = { "bsn-sim", "-e", engine, "-c", "synod",	"-p",
			 synod,	    "-n", "4",	  "--plugin-dir", plugins,
			 NULL };
	const bsn_engine *cells;

	g_assert_cmpint(sim_options_parse(&fixture->options,
					  (int)G_N_ELEMENTS(argv) - 1, argv,
					  &message),
			==, SIM_RUN);
	cells = sim_plugins_load(&fixture->options, &message);
	g_assert_nonnull(cells);
	fixture->workload = sim_workload_read(file, &message);
	fixture->world = sim_world_new(&fixture->options, fixture->workload,
				       cells, 1, &message);
	g_assert_nonnull(fixture->world);
	if (tapped == NULL)
		tapped = sim_tap_protocol(&the_consensus);
	fixture->tapped = tapped;
	verifies = TRUE;
	verifies_all = FALSE;
	for (guint i = 0; i < NODES; i++) {
		bsn_err err = BSN_ERR_INIT;

		trees[i] = (Tree){
			.proposer = { .size = sizeof(bsn_proposer),
				      .tree = &the_tree },
			.root = 'g',
			.head = 'g',
		};
		g_assert_cmpint(
			tapped->create(&fixture->world->nodes[i].processes[0],
				       &trees[i].proposer,
				       bsn_slice_str("{}"), NULL, 0, 0,
				       &trees[i].agreement, &err),
			==, BSN_OK);
		g_assert_true(trees[i].proposer.tree != &the_tree);
	}
}

static void
tear_down(Fixture *fixture, gconstpointer none)
{
	for (guint i = 0; i < NODES; i++) {
		fixture->tapped->destroy(trees[i].agreement);
		/* It may serve another protocol next. */
		g_assert_true(trees[i].proposer.tree == &the_tree);
	}
	sim_world_free(fixture->world);
	sim_workload_free(fixture->workload);
	sim_options_clear(&fixture->options);
}

/* Node `i` admits "ga ab bc". */
static void
grow(guint i, const char *blocks)
{
	for (; *blocks != '\0'; blocks += strspn(blocks, " ")) {
		const gsize len = strcspn(blocks, " ");
		bsn_tree_block block = { .size = sizeof(block) };

		g_assert_cmpint(trees[i].proposer.tree->admit(
					&trees[i].proposer,
					bsn_slice_of(blocks, len), &block,
					NULL),
				==, BSN_OK);
		blocks += len;
	}
}

/* ... makes one final, with its parent's letter as its certificate. */
static void
make_final(guint i, char letter)
{
	const bsn_id id = id_of(letter);
	const char parent = trees[i].parents[(guint8)letter];

	(void)trees[i].proposer.tree->finalize(&trees[i].proposer, &id,
					       bsn_slice_of(&parent, 1), NULL);
}

static void
assert_violation(const Fixture *fixture, const char *part)
{
	if (part == NULL) {
		g_assert_cmpstr(fixture->world->violation, ==, NULL);
		return;
	}
	g_assert_nonnull(fixture->world->violation);
	if (strstr(fixture->world->violation, part) == NULL)
		g_error("%s", fixture->world->violation);
}

static void
test_alike(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga ab bc bd");
	grow(1, "ga ab bc");
	make_final(0, 'a');
	make_final(0, 'c');
	make_final(1, 'c'); /* at once, with those between */
	grow(1, "ce");
	make_final(1, 'e');
	assert_violation(fixture, NULL);
}

/* Two agree on the youngest height alone. */
static void
test_between(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga ab bc");
	grow(1, "gx xb bc");
	make_final(0, 'c');
	assert_violation(fixture, NULL);
	make_final(1, 'c');
	assert_violation(fixture, "for height 1");
}

static void
test_not_below(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga gb bc");
	make_final(0, 'a');
	assert_violation(fixture, NULL);
	make_final(0, 'c');
	assert_violation(fixture, "not below");
}

static void
test_twice(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga");
	make_final(0, 'a');
	make_final(0, 'a');
	assert_violation(fixture, "not below");
}

static void
test_bad_certificate(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga");
	verifies = FALSE;
	make_final(0, 'a');
	assert_violation(fixture, "does not verify: no");
}

static void
test_any_certificate(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga");
	verifies_all = TRUE;
	make_final(0, 'a');
	assert_violation(fixture, "proves any block");
}

static void
test_proven(Fixture *fixture, gconstpointer none)
{
	const bsn_id a = id_of('a'), b = id_of('b');
	const bsn_tree_consensus *tree = fixture->tapped->tree;
	bsn_err err = BSN_ERR_INIT;

	grow(0, "ga");
	grow(1, "gb");
	g_assert_cmpint(tree->prove(trees[0].agreement, &a,
				    bsn_slice_of("g", 1), &err),
			==, BSN_OK);
	g_assert_cmpint(tree->prove(trees[1].agreement, &b,
				    bsn_slice_of(NULL, 0), &err),
			==, BSN_BAD_REQUEST);
	assert_violation(fixture, NULL);
	g_assert_cmpint(tree->prove(trees[1].agreement, &b,
				    bsn_slice_of("g", 1), &err),
			==, BSN_OK);
	assert_violation(fixture, "for height 1");
}

static void
test_head(Fixture *fixture, gconstpointer none)
{
	const bsn_id a = id_of('a'), b = id_of('b');
	bsn_proposer *proposer = &trees[0].proposer;

	grow(0, "ga gb");
	(void)proposer->tree->prefer(proposer, &a);
	assert_violation(fixture, NULL);
	trees[0].stubborn = TRUE;
	(void)proposer->tree->prefer(proposer, &b);
	assert_violation(fixture, "prefers");
}

static void
test_head_beside_final(Fixture *fixture, gconstpointer none)
{
	const bsn_id b = id_of('b');
	bsn_proposer *proposer = &trees[0].proposer;

	grow(0, "ga gb");
	make_final(0, 'a');
	(void)proposer->tree->prefer(proposer, &b);
	assert_violation(fixture, "below the newest final");
}

static void
test_seal(Fixture *fixture, gconstpointer none)
{
	const bsn_id genesis = id_of('g'), next = id_of('i');
	bsn_seal seal = { .size = sizeof(seal), .round = 1, .time_ms = 1 };
	guint8 room[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(room, sizeof(room));
	bsn_proposer *proposer = &trees[0].proposer;
	bsn_id id;

	g_assert_cmpint(proposer->tree->extend(proposer, &genesis, &seal, 0,
					       &sink.sink, &id, NULL),
			==, BSN_OK);
	g_assert_cmpuint(sink.len, ==, 2);
	assert_violation(fixture, NULL);
	(void)proposer->tree->extend(proposer, &next, &seal, 0, &sink.sink,
				     &id, NULL);
	assert_violation(fixture, "of round 1");
}

static void
test_other_id(Fixture *fixture, gconstpointer none)
{
	grow(0, "ga!");
	assert_violation(fixture, NULL);
	grow(1, "ga!");
	assert_violation(fixture, "another digest");
}

/* A liar's protocol has another block than its tree; what it makes final of
 * its own is nobody's decision. */
static void
test_lies(Fixture *fixture, gconstpointer none)
{
	SimNode *node = &fixture->world->nodes[0];
	const bsn_id genesis = id_of('g');
	bsn_seal seal = { .size = sizeof(seal), .round = 1, .time_ms = 1 };
	guint8 room[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(room, sizeof(room));
	bsn_proposer *proposer = &trees[0].proposer;
	bsn_id id;

	node->honest = FALSE;
	node->lies = SIM_WRONG_STATE;
	(void)proposer->tree->extend(proposer, &genesis, &seal, 0, &sink.sink,
				     &id, NULL);
	g_assert_cmpuint(sink.len, ==, 2);
	g_assert_cmpint(memcmp(room, "gi", 2), !=, 0);
	sim_tap_forge(&node->processes[0]);
	g_assert_cmpint(trees[0].root, !=, 'g');
	grow(1, "gz");
	make_final(1, 'z');
	assert_violation(fixture, NULL);
}

/* Node 0 joins, and its engine offers that tree. */
static int32_t
join(Fixture *fixture, const bsn_tree *tree)
{
	trees[0].proposer.tree = tree;
	return fixture->tapped->create(&fixture->world->nodes[0].processes[0],
				       &trees[0].proposer, bsn_slice_str("{}"),
				       NULL, 0, 0, &trees[0].agreement, NULL);
}

static void
test_part(Fixture *fixture, gconstpointer none)
{
	bsn_tree part = the_tree;

	fixture->tapped->destroy(trees[0].agreement);
	part.walk = NULL;
	g_assert_cmpint(join(fixture, &part), ==, BSN_OK);
	g_assert_true(trees[0].proposer.tree == &part);
	assert_violation(fixture, "has no walk, which is required");
	fixture->tapped->destroy(trees[0].agreement);
	g_assert_cmpint(join(fixture, &the_tree), ==, BSN_OK);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(Fixture *fixture, gconstpointer none);
	} tests[] = {
		{ "/sim/tree/alike", test_alike },
		{ "/sim/tree/between", test_between },
		{ "/sim/tree/not-below", test_not_below },
		{ "/sim/tree/twice", test_twice },
		{ "/sim/tree/bad-certificate", test_bad_certificate },
		{ "/sim/tree/any-certificate", test_any_certificate },
		{ "/sim/tree/proven", test_proven },
		{ "/sim/tree/head", test_head },
		{ "/sim/tree/head-beside-final", test_head_beside_final },
		{ "/sim/tree/seal", test_seal },
		{ "/sim/tree/other-id", test_other_id },
		{ "/sim/tree/lies", test_lies },
		{ "/sim/tree/part-of-a-tree", test_part },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, NULL, set_up,
			   tests[i].test, tear_down);
	return g_test_run();
}
