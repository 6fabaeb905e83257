/* SPDX-License-Identifier: Apache-2.0
 *
 * Wrong inputs, and what is watched of right ones.
 */
#include <jansson.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/guard_inputs.h"
#include "tools/conform/storm.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static void
test_spoilt_is_never_the_same(void)
{
	SimRandom random = sim_random(1, "test", 0);
	guint shorter = 0, longer = 0, as_long = 0;

	for (guint i = 0; i < 5000; i++) {
		guint8 good[64];
		bsn_slice slice = bsn_slice_of(good, i % sizeof(good));
		g_autoptr(GByteArray) bad = NULL;

		sim_random_fill(&random, good, sizeof(good));
		bad = storm_spoil(&random, slice);
		g_assert_false(bad->len == slice.len &&
			       (bad->len == 0 ||
				memcmp(bad->data, good, bad->len) == 0));
		shorter += bad->len < slice.len;
		longer += bad->len > slice.len;
		as_long += bad->len == slice.len;
	}
	g_assert_cmpuint(shorter, >, 500);
	g_assert_cmpuint(longer, >, 500);
	g_assert_cmpuint(as_long, >, 500);
}

static void
test_spoilt_is_the_seeds(void)
{
	const bsn_slice good = bsn_slice_str("as good as any");
	SimRandom a = sim_random(7, "test", 0), b = a;

	for (guint i = 0; i < 200; i++) {
		g_autoptr(GByteArray) one = storm_spoil(&a, good);
		g_autoptr(GByteArray) other = storm_spoil(&b, good);

		g_assert_true(bsn_slice_equal(storm_slice(one),
					      storm_slice(other)));
	}
}

/* Some is JSON still, or it would not get far; and some is none. */
static void
test_spoilt_json(void)
{
	static const char good[] = "{\"a\":{\"b\":[1,2,{\"c\":\"d\"}]}}";
	SimRandom random = sim_random(2, "test", 0);
	guint sound = 0, changed = 0;

	for (guint i = 0; i < 1000; i++) {
		g_autoptr(GByteArray) text = storm_spoil_json(&random, good);
		g_autoptr(json_t) value =
			json_loadb((const char *)text->data, text->len,
				   JSON_DECODE_ANY, NULL);

		sound += value != NULL;
		changed += text->len != strlen(good) ||
			   memcmp(text->data, good, text->len) != 0;
	}
	g_assert_cmpuint(sound, >, 500);
	g_assert_cmpuint(sound, <, 1000);
	g_assert_cmpuint(changed, >, 950);
}

static void
test_odd_json_ends(void)
{
	guint largest = 0, n = 0;
	GByteArray *odd;

	while ((odd = storm_odd_json(n)) != NULL) {
		largest = MAX(largest, odd->len);
		g_byte_array_unref(odd);
		n++;
	}
	g_assert_cmpuint(n, >, 40);
	g_assert_cmpuint(largest, >, 1u << 20);
}

static void
test_reasons_are_judged(void)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_nonnull(reason_fault(&err));
	g_strlcpy(err.reason, "it is z\xc3\xa9ro", sizeof(err.reason));
	g_assert_null(reason_fault(&err));
	g_strlcpy(err.reason, "two\nlines", sizeof(err.reason));
	g_assert_nonnull(reason_fault(&err));
	g_strlcpy(err.reason, "no \xff text", sizeof(err.reason));
	g_assert_nonnull(reason_fault(&err));
	memset(err.reason, 'a', sizeof(err.reason));
	g_assert_nonnull(reason_fault(&err));
	g_assert_true(status_is_known(BSN_FROZEN));
	g_assert_true(status_is_known(BSN_E_INTERNAL));
	g_assert_false(status_is_known(99));
	g_assert_false(status_is_known(-99));
}

/* Records that are longer than today's are copied by their stride. */
static void
test_long_members_are_copied(void)
{
	struct {
		bsn_member member;
		guint8 more[24];
	} members[2];
	const bsn_member *copy, *second;
	Inputs inputs;

	memset(members, 0xff, sizeof(members));
	for (guint i = 0; i < 2; i++)
		members[i].member =
			(bsn_member){ .size = sizeof(members[0]),
				      .role = i + 1,
				      .algorithm = "sm2",
				      .public_key = bsn_slice_str("key"),
				      .name = bsn_slice_str("name") };
	inputs_begin(&inputs, "test",
		     inputs_members_size(&members[0].member, 2));
	copy = inputs_members(&inputs, &members[0].member, 2);
	inputs_seal(&inputs);
	second = (const bsn_member *)((guintptr)copy + sizeof(members[0]));
	g_assert_cmpuint(second->role, ==, 2);
	g_assert_cmpstr(second->algorithm, ==, "sm2");
	g_assert_true(second->algorithm != members[1].member.algorithm);
	g_assert_true(bsn_slice_equal(second->name, bsn_slice_str("name")));
	g_assert_cmpuint(((const guint8 *)second)[sizeof(bsn_member)], ==,
			 0xff);
	inputs_end(&inputs);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/storm/spoilt/is-never-the-same",
			test_spoilt_is_never_the_same);
	g_test_add_func("/storm/spoilt/is-the-seeds",
			test_spoilt_is_the_seeds);
	g_test_add_func("/storm/spoilt/json", test_spoilt_json);
	g_test_add_func("/storm/odd-json-ends", test_odd_json_ends);
	g_test_add_func("/storm/reasons-are-judged", test_reasons_are_judged);
	g_test_add_func("/inputs/long-members-are-copied",
			test_long_members_are_copied);
	return g_test_run();
}
