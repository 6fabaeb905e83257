/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries by content against a second opinion (fabric-mango.h): random
 * documents, selectors, orders and pages, with and without indexes, while blocks
 * are committed that change what the query is about.
 */
#include <string.h>

#include "plugins/engine-fabric/rich/indexes.h"
#include "plugins/engine-fabric/rich/walk.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"
#include "tests/unit/fabric-mango.h"

#define KEYS 60u
/* In every tenth round: more than one step of building, or one page, has. */
#define KEYS_MANY 700u
#define ROUNDS 60u
#define QUERIES 40u

typedef struct {
	FabricLedger *ledger;
	Indexes *indexes;
	GRand *random;
	guint keys;   /* that there may be */
	GTree *model; /* key: value's text, of the newest state */
} World;

static gint
compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static World *
world_new(guint32 seed, guint keys)
{
	World *world = g_new0(World, 1);

	world->ledger = fabric_ledger_new(FALSE, FALSE);
	g_assert_cmpint(indexes_new(world->ledger->ledger, &world->indexes,
				    NULL),
			==, BSN_OK);
	world->keys = keys;
	world->random = g_rand_new_with_seed(seed);
	world->model = g_tree_new_full(compare_keys, NULL, g_free, g_free);
	return world;
}

static void
world_free(World *world)
{
	indexes_free(world->indexes);
	fabric_ledger_free(world->ledger);
	g_rand_free(world->random);
	g_tree_unref(world->model);
	g_free(world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static guint
draw(World *world, guint n)
{
	return (guint)g_rand_int_range(world->random, 0, (gint32)n);
}

#define DRAW(world, list) (list)[draw(world, G_N_ELEMENTS(list))]

/* ---- documents ---- */

/* A text that is longer than what an index has of it, but for the end. */
static char *
long_text(World *world)
{
	g_autofree char *same = g_strnfill(300, 'l');

	return g_strdup_printf("\"%s%u\"", same, draw(world, 5));
}

static char *
random_value(World *world, guint depth)
{
	static const char *const plain[] = {
		"null", "true", "false", "0", "1", "2", "2.0", "-3", "1.5",
		"9007199254740993", "9007199254740992.0", "-1e20", "\"\"",
		"\"a\"", "\"A\"", "\"b\"", "\"\\u00e9\"", "\"e\\u0301\"",
		"\"f\"", "\"10\"", "\"9\"", "[]", "{}",
		"\"k010\"", "\"k030\"", "\"K\"",
	};
	g_autofree char *a = NULL;
	g_autofree char *b = NULL;

	if (depth == 0 || draw(world, 4) != 0)
		return draw(world, 12) == 0 ? long_text(world)
					    : g_strdup(DRAW(world, plain));
	a = random_value(world, depth - 1);
	b = random_value(world, depth - 1);
	return draw(world, 2) == 0
		       ? g_strdup_printf("[%s,%s]", a, b)
		       : g_strdup_printf("{\"x\":%s,\"y\":%s}", a, b);
}

static char *
random_document(World *world)
{
	static const char *const names[] = { "a", "b", "c", "o" };
	GString *text = g_string_new("{");

	if (draw(world, 15) == 0)
		return g_string_free(g_string_assign(text, "[1]"), FALSE);
	if (draw(world, 15) == 0)
		return g_string_free(g_string_assign(text, "plain"), FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *value = random_value(world, 2);

		if (draw(world, 6) != 0)
			g_string_append_printf(text, "%s\"%s\":%s",
					       text->len > 1 ? "," : "",
					       names[i], value);
	}
	g_string_append(text, "}");
	return g_string_free(text, FALSE);
}

/* Some are longer than what an index has of them. */
static char *
key_of(guint i)
{
	g_autofree char *same = g_strnfill(260, 'k');

	return i % 9 == 0 ? g_strdup_printf("%s%03u", same, i)
			  : g_strdup_printf("k%03u", i);
}

/* One block with n changes. */
static void
change(World *world, guint n)
{
	g_autoptr(Simulator) simulator = simulator_new(world->ledger->ledger);
	g_autoptr(GByteArray) results = NULL;

	for (guint i = 0; i < n; i++) {
		g_autofree char *key = key_of(draw(world, world->keys));
		g_autofree char *value = draw(world, 5) == 0
						 ? g_strdup("")
						 : random_document(world);

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(key), TEXT(value), NULL),
				==, BSN_OK);
		if (*value == '\0')
			g_tree_remove(world->model, key);
		else
			g_tree_replace(world->model, g_strdup(key),
				       g_strdup(value));
	}
	results = fabric_finish(g_steal_pointer(&simulator));
	g_assert_cmpint(
		fabric_ledger_run(world->ledger, g_steal_pointer(&results)), ==,
		TX_CODE(VALID));
}

/* ---- the second opinion's documents ---- */

static void
doc_free(gpointer data)
{
	MangoDoc *doc = data;

	json_decref(doc->document);
	g_free(doc->key);
	g_free(doc);
}

static gboolean
add_doc(gpointer key, gpointer value, gpointer docs)
{
	json_t *document = json_loads(value, JSON_DECODE_ANY, NULL);
	MangoDoc *doc;

	if (!json_is_object(document)) {
		json_decref(document);
		return FALSE;
	}
	json_object_set_new(document, "_id", json_string(key));
	doc = g_new(MangoDoc, 1);
	*doc = (MangoDoc){ g_strdup(key), document };
	g_ptr_array_add(docs, doc);
	return FALSE;
}

static GPtrArray *
docs_now(const World *world)
{
	GPtrArray *docs = g_ptr_array_new_with_free_func(doc_free);

	g_tree_foreach(world->model, add_doc, docs);
	return docs;
}

/* ---- queries ---- */

static char *
random_selector(World *world, guint depth)
{
	static const char *const paths[] = { "a",   "b",   "c",
					     "o",   "o.x", "a.0",
					     "a.x", "none", "_id" };
	static const char *const compares[] = { "$eq",	"$eq", "$ne", "$gt",
						"$gte", "$lt", "$lte" };
	static const char *const kinds[] = { "$and", "$or", "$nor" };
	static const char *const others[] = {
		"{\"$exists\":true}",	   "{\"$exists\":false}",
		"{\"$type\":\"string\"}",  "{\"$type\":\"object\"}",
		"{\"$mod\":[2,1]}",	   "{\"$size\":2}",
		"{\"$regex\":\"^[a-f]\"}", "{\"$elemMatch\":{\"$gt\":1}}",
		"{\"$allMatch\":{\"$lt\":\"b\"}}",
		"{\"$elemMatch\":{\"x\":{\"$gte\":null}}}",
		"{\"$not\":{\"$size\":2}}",
	};
	const char *path = DRAW(world, paths);
	const guint kind = depth == 0 ? draw(world, 5) : draw(world, 9);
	g_autofree char *a = random_value(world, 1);
	g_autofree char *b = random_value(world, 1);
	g_autofree char *left = NULL;
	g_autofree char *right = NULL;

	if (kind < 2)
		return g_strdup_printf("{\"%s\":{\"%s\":%s}}", path,
				       DRAW(world, compares), a);
	if (kind == 2)
		return g_strdup_printf("{\"%s\":{\"$gte\":%s,\"$lt\":%s}}",
				       path, a, b);
	if (kind == 3)
		return g_strdup_printf("{\"%s\":{\"%s\":[%s,%s]}}", path,
				       draw(world, 3) == 0   ? "$nin"
				       : draw(world, 3) == 0 ? "$all"
							     : "$in",
				       a, b);
	if (kind == 4)
		return g_strdup_printf("{\"%s\":%s}", path,
				       DRAW(world, others));
	left = random_selector(world, depth - 1);
	right = random_selector(world, depth - 1);
	if (kind == 5)
		return g_strdup_printf("{\"$not\":%s}", left);
	if (kind == 6)
		return g_strdup_printf("{\"%s\":%s,\"$and\":[%s]}", path, a,
				       left);
	return g_strdup_printf("{\"%s\":[%s,%s]}", DRAW(world, kinds), left,
			       right);
}

static char *
random_query(World *world, gboolean bounded)
{
	static const char *const sorts[] = {
		"[]", "[]", "[{\"_id\":\"desc\"}]", "[\"a\"]",
		"[{\"a\":\"desc\"}]", "[\"a\",\"b\"]",
		"[{\"a\":\"desc\"},{\"b\":\"desc\"}]", "[\"b\"]", "[\"o.x\"]",
		"[{\"c\":\"desc\"}]", "[\"a\",\"_id\"]",
	};
	g_autofree char *selector = draw(world, 8) == 0
					    ? g_strdup("{}")
					    : random_selector(world, 2);
	g_autofree char *limit =
		bounded && draw(world, 2) == 0
			? g_strdup_printf(",\"limit\":%u", draw(world, 20))
			: g_strdup("");
	g_autofree char *skip =
		bounded && draw(world, 3) == 0
			? g_strdup_printf(",\"skip\":%u", draw(world, 10))
			: g_strdup("");

	return g_strdup_printf("{\"selector\":%s,\"sort\":%s%s%s}", selector,
			       DRAW(world, sorts), limit, skip);
}

static RichQuery *
begin(Simulator *simulator, const char *query, gboolean pages, guint page_size,
      bsn_slice bookmark)
{
	RichQuery *rich = NULL;
	bsn_err err = { .size = sizeof(err) };
	const int32_t status =
		rich_query_new(simulator, TEXT("basic"), bsn_slice_of(NULL, 0),
			       TEXT(query), pages, page_size, bookmark, &rich,
			       &err);

	if (status != BSN_OK)
		g_test_message("%s: %s", query, err.reason);
	g_assert_cmpint(status, ==, BSN_OK);
	return rich;
}

/* The next key, or NULL. */
static char *
next_key(RichQuery *rich)
{
	g_autoptr(StateItem) item = NULL;
	bsn_err err = { .size = sizeof(err) };
	const int32_t status = rich_query_next(rich, &item, &err);
	bsn_slice key;

	if (status != BSN_OK)
		g_test_message("%s", err.reason);
	g_assert_cmpint(status, ==, BSN_OK);
	if (item == NULL)
		return NULL;
	key = document_key(item);
	return g_strndup((const char *)key.data, (gsize)key.len);
}

static void
meddle(World *world)
{
	gboolean more;

	if (draw(world, 6) == 0)
		change(world, 1 + draw(world, 4));
	if (draw(world, 6) == 0)
		g_assert_cmpint(indexes_step(world->indexes, &more, NULL), ==,
				BSN_OK);
}

static void
assert_keys(const GPtrArray *want, const GPtrArray *got, const char *query)
{
	gboolean same = want->len == got->len;

	for (guint i = 0; same && i < want->len; i++)
		same = strcmp(want->pdata[i], got->pdata[i]) == 0;
	if (same)
		return;
	g_test_message("%s", query);
	for (guint i = 0; i < want->len; i++)
		g_test_message("want %s", (char *)want->pdata[i]);
	for (guint i = 0; i < got->len; i++)
		g_test_message("got %s", (char *)got->pdata[i]);
	g_test_fail();
}

/* One query in full, while the chain goes on. */
static void
query_whole(World *world, guint *indexed)
{
	g_autofree char *query = random_query(world, TRUE);
	json_t *json = json_loads(query, 0, NULL);
	g_autoptr(GPtrArray) docs = docs_now(world);
	g_autoptr(GPtrArray) want = mango_query(json, docs);
	g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Simulator) simulator = simulator_new(world->ledger->ledger);
	g_autoptr(RichQuery) rich = NULL;
	char *key;

	if (draw(world, 2) == 0)
		change(world, 1 + draw(world, 6));
	rich = begin(simulator, query, FALSE, 0, bsn_slice_of(NULL, 0));
	*indexed += rich->walk != NULL;
	while ((key = next_key(rich)) != NULL) {
		g_ptr_array_add(got, key);
		meddle(world);
	}
	g_assert_null(next_key(rich));
	assert_keys(want, got, query);
	json_decref(json);
}

/* The same in pages, each with the indexes that there are then. */
static void
query_pages(World *world)
{
	g_autofree char *query = random_query(world, FALSE);
	json_t *json = json_loads(query, 0, NULL);
	g_autoptr(GPtrArray) docs = docs_now(world);
	g_autoptr(GPtrArray) want = mango_query(json, docs);
	g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Simulator) simulator = simulator_new(world->ledger->ledger);
	g_autoptr(GByteArray) bookmark = g_byte_array_new();
	const guint size = 1 + draw(world, 9);

	do {
		g_autoptr(RichQuery) rich = begin(simulator, query, TRUE, size,
						  buffer_slice(bookmark));
		guint n = 0;
		char *key;

		for (; (key = next_key(rich)) != NULL; n++)
			g_ptr_array_add(got, key);
		g_byte_array_set_size(bookmark, 0);
		g_assert_cmpint(rich_query_bookmark(rich, bookmark, NULL), ==,
				BSN_OK);
		/* A page that is not full, or not followed, is the last. */
		g_assert_true(bookmark->len == 0 || n == size);
		g_assert_true((bookmark->len > 0) == (got->len < want->len));
		meddle(world);
	} while (bookmark->len > 0);
	assert_keys(want, got, query);
	json_decref(json);
}

/* ---- indexes ---- */

static void
set_random_indexes(World *world)
{
	static const char *const fields[] = {
		"\"a\"", "\"b\"", "\"a\",\"b\"", "\"b\",\"a\"", "\"o.x\"",
		"{\"c\":\"desc\"}", "\"a\",\"_id\"", "\"c\",\"a\",\"b\"",
	};
	g_autoptr(GPtrArray) wanted =
		g_ptr_array_new_with_free_func((GDestroyNotify)index_unref);

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *text = g_strdup_printf(
			"{\"index\":{\"fields\":[%s]},\"ddoc\":\"d\","
			"\"name\":\"i%u\",\"type\":\"json\"}",
			fields[i], i);

		if (draw(world, 2) == 0)
			g_ptr_array_add(wanted,
					index_define("basic", "", TEXT(text),
						     NULL));
	}
	g_assert_cmpint(indexes_set(world->indexes, "basic", wanted, NULL), ==,
			BSN_OK);
}

static void
test_against_second_opinion(void)
{
	guint indexed = 0;

	for (guint32 round = 0; round < ROUNDS; round++) {
		const gboolean many = round % 10 == 9;
		g_autoptr(World) world =
			world_new(round, many ? KEYS_MANY : KEYS);
		gboolean more = TRUE;

		g_test_message("seed %u", round);
		for (guint i = 0; i < 6; i++)
			change(world, many ? 300 : 10);
		set_random_indexes(world);
		if (round % 3 != 0)
			while (more)
				g_assert_cmpint(indexes_step(world->indexes,
							     &more, NULL),
						==, BSN_OK);
		for (guint i = 0; i < (many ? QUERIES / 4 : QUERIES) && !g_test_failed(); i++) {
			query_whole(world, &indexed);
			query_pages(world);
			change(world, 1 + draw(world, 3));
		}
		if (g_test_failed())
			return;
	}
	/* Enough of them went by an index to speak of. */
	g_assert_cmpuint(indexed, >, ROUNDS * QUERIES / 8);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rich/as-a-second-opinion-has-it",
			test_against_second_opinion);
	return g_test_run();
}
