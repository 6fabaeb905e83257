/* SPDX-License-Identifier: Apache-2.0
 *
 * Collections of private data: a text that begins with '[' as people write them,
 * or else a CollectionConfigPackage's bytes. What is read can be found, searched
 * and written; what people can say is read again as the same.
 */
#include <string.h>

#include "plugins/engine-fabric/lifecycle/private.h"
#include "tests/unit/fabric-ca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX (256u << 10)

/* Whether all policies can be said, and so be read again. */
static gboolean
is_sayable(const json_t *json)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json, i, one) {
		const json_t *own = json_object_get(
			json_object_get(one, "endorsementPolicy"),
			"signaturePolicy");

		if (json_is_null(json_object_get(one, "policy")) ||
		    json_is_null(own) ||
		    json_integer_value(json_object_get(
			    one, "requiredPeerCount")) > G_MAXINT32)
			return FALSE;
	}
	return TRUE;
}

static void
check_one(CollectionSet *set, guint i)
{
	const Collection *one = collection_set_at(set, i);

	g_assert_cmpuint(strlen(one->name), <=, COLLECTION_NAME_MAX);
	g_assert_true(one->name[0] != '_' && one->name[0] != '$');
	g_assert_cmpuint(one->required_peers, <=, one->max_peers);
	g_assert_true(collection_set_find(set, bsn_slice_str(one->name)) ==
		      one);
	g_assert_true(i == 0 || strcmp(collection_set_at(set, i - 1)->name,
				       one->name) < 0);
	(void)collection_names_msp(one, "Org1MSP");
}

static void
say_again(const Suite *suite, const CollectionSet *set)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(json_t) json = collections_json(set);
	g_autoptr(json_t) json_again = NULL;
	g_autoptr(CollectionSet) again = NULL;
	bsn_slice package = { NULL, 0 };

	if (!is_sayable(json) ||
	    collections_parse(&arena, json, "", &package, NULL) != BSN_OK)
		return;
	g_assert_cmpint(collection_set_new(suite, package, &again, NULL), ==,
			BSN_OK);
	json_again = collections_json(again);
	g_assert_true(json_equal(json, json_again));
}

static void
use(const Suite *suite, bsn_slice package)
{
	g_autoptr(CollectionSet) set = NULL;
	bsn_err err = { .size = sizeof(err) };

	if (collection_set_new(suite, package, &set, &err) != BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		g_assert_null(set);
		return;
	}
	g_assert_cmpuint(collection_set_n(set), <=, COLLECTIONS_MAX);
	for (guint i = 0; i < collection_set_n(set); i++)
		check_one(set, i);
	say_again(suite, set);
}

static void
read_text(const Suite *suite, bsn_slice text)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(json_t) json = json_parse(text, TEXT_MAX, "", NULL, NULL);
	bsn_slice package = { NULL, 0 };
	bsn_err err = { .size = sizeof(err) };

	if (!json_is_array(json))
		return;
	if (collections_parse(&arena, json, "", &package, &err) == BSN_OK)
		use(suite, package);
	else
		g_assert_cmpstr(err.reason, !=, "");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Suite suites[2];

	if (suites[0].hash == NULL) {
		suites[0] = fabric_suite(FALSE);
		suites[1] = fabric_suite(TRUE);
	}
	for (guint i = 0; i < G_N_ELEMENTS(suites); i++)
		if (size > 0 && data[0] == '[')
			read_text(&suites[i], bsn_slice_of(data, size));
		else
			use(&suites[i], bsn_slice_of(data, size));
	return 0;
}
